import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { after, before } from "mocha";
import { openAwsStack, removeAwsStack } from "../../stacks/aws.ts";
import { type Emulation, openEphemeralStack } from "../../stacks/ephemeral.ts";
import { findStack } from "../../stacks/find.ts";
import type { OpenStack } from "../../stacks/stack.ts";
import { expiryAfter } from "../../stacks/stages.ts";
import { ApiClient } from "./api-client.ts";
import { TestTable } from "./table.ts";

/** A stack as tests use it. */
export interface TestStack extends OpenStack {
  storefront: ApiClient;
  backOffice: ApiClient;
  /** Aborted just before the stack is destroyed: ends background work. */
  ended: AbortSignal;
}

/** Where suites run: `local` on an emulator, or `aws` in the account of the environment's credentials. */
export const target = process.env.ORDERS_TARGET === "aws" ? "aws" : "local";

/** An existing stack for the suites that can share one. The others are skipped then. */
const sharedName = process.env.ORDERS_STACK;

/** Tests don't wait for the minutes between a step's retries: all of them take four seconds, at most. */
const EMULATION = { waitScale: 0.01 };

/** Longer than any suite takes: a stack that is older was left by a killed run, and is for `orders stacks reap`. */
const AWS_LIFETIME_HOURS = 6;

/**
 * Deploys a stack for the calling suite, and destroys it when the suite ends. Locally, that is a fresh emulator with IAM
 * enforced, which ends with the test process, even if that is killed.
 *
 * @param config - Settings that differ from Pulumi.yaml's defaults.
 * @param emulation - Emulator settings for this suite.
 * @returns The stack, available from the first `before` hook on.
 *
 * @example
 * const stack = useStack();
 * it("is reachable", async () => expect((await stack().storefront.get("/health")).status).to.equal(200));
 */
export function useStack(config: Record<string, string> = {}, emulation: Emulation = {}): () => TestStack {
  before("skip what can't share a stack", function () {
    if (sharedName) this.skip();
  });
  return useOpened(() => openTestStack(config, emulation), expectNoStrangers);
}

/** Like `useStack`, for suites that need the emulator: skips the suite on AWS. */
export function useLocalStack(config: Record<string, string> = {}, emulation: Emulation = {}): () => TestStack {
  before("skip what needs an emulator", function () {
    if (target === "aws" || sharedName) this.skip();
  });
  return useOpened(() => openTestStack(config, emulation));
}

/**
 * Like `useStack`, but uses the stack that `ORDERS_STACK` names, if set: a preview, for example. For suites that only
 * rely on data of their own, with unique ids, whatever else the stack holds.
 */
export function useSharedStack(): () => TestStack {
  return sharedName ? useOpened(() => openSharedStack(sharedName), expectNoStrangers) : useStack();
}

/** `useStack` outside of a suite: the caller must destroy the stack. */
export async function openTestStack(
  config: Record<string, string> = {},
  emulation: Emulation = {},
  signal?: AbortSignal,
): Promise<TestStack> {
  const name = `test-${randomBytes(4).toString("hex")}`;
  if (target === "aws") return testStack(await openOnAws(name, config));
  const snapshots = process.env.TEST_SNAPSHOTS;
  return testStack(
    await openEphemeralStack(name, { config, emulation: { ...EMULATION, ...emulation }, snapshots, signal }),
  );
}

/** Adds API clients and the `ended` signal to a stack. */
export function testStack(stack: OpenStack): TestStack {
  const end = new AbortController();
  const { storefront, backOffice } = stack;
  return {
    ...stack,
    storefront: new ApiClient(storefront.url, storefront.key),
    backOffice: new ApiClient(backOffice.url, backOffice.key),
    ended: end.signal,
    destroy: async () => {
      end.abort();
      await stack.destroy();
    },
  };
}

/** @param check - Checks the stack once all tests have run. */
function useOpened(open: () => Promise<TestStack>, check = async (_: TestStack) => {}): () => TestStack {
  let stack: TestStack | undefined;

  before("open a stack", async () => {
    stack = await open();
  });

  after("destroy the stack", async () => {
    if (stack) await check(stack).finally(stack.destroy);
  });

  return () => {
    if (!stack) throw new Error("The stack is not open yet: use it only in tests and in later hooks.");
    return stack;
  };
}

async function openOnAws(name: string, config: Record<string, string>): Promise<OpenStack> {
  // CloudFront takes minutes to create and delete, and an account can have each SES identity only once.
  const settings = { siteDelivery: "bucket", createEmailIdentity: "false", expiry: expiryAfter(AWS_LIFETIME_HOURS) };
  try {
    const stack = await openAwsStack(name, { ...settings, ...config });
    return { ...stack, update: (config) => stack.update({ ...settings, ...config }) };
  } catch (error) {
    await removeAwsStack(name);
    throw error;
  }
}

async function openSharedStack(name: string): Promise<TestStack> {
  const update = async () => {
    throw new Error(`The stack ${name} is shared: suites must not update it.`);
  };
  const destroy = async () => {}; // others still use it
  return testStack({ ...(await findStack(name)), update, destroy });
}

/**
 * Fails if an order has another address than the mailbox simulator's, or a telephone number: on AWS, where the suite may run, it
 * would be somebody's.
 */
async function expectNoStrangers(stack: TestStack): Promise<void> {
  const orders = (await TestTable.of(stack).items()).filter(({ sk }) => sk === "ORDER");
  for (const { customerEmail, customerPhone } of orders) {
    expect(customerEmail).to.match(/@simulator\.amazonses\.com$/);
    expect(customerPhone).to.equal(undefined);
  }
}
