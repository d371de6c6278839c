import { randomBytes } from "node:crypto";
import { after, before } from "mocha";
import { type Emulation, openEphemeralStack } from "../../stacks/ephemeral.ts";
import { findDeployedStack } from "../../stacks/find.ts";
import type { AwsClientOptions } from "../../stacks/record.ts";
import { ApiClient } from "./api-client.ts";
import { openAwsStack } from "./aws-stack.ts";

/** A deployed order system that belongs to one suite alone. */
export interface TestStack {
  name: string;
  /** The stack's outputs, secrets in clear. */
  outputs: Record<string, string>;
  /** Back-office API. */
  backOffice: ApiClient;
  /** Storefront API. */
  storefront: ApiClient;
  /** Options for AWS SDK clients that look into the stack. */
  awsClient: AwsClientOptions;
  /** A folder that goes with the stack, also where the tests are killed. Of local stacks only. */
  directory?: string;
  /** Deploys the stack anew, with this configuration in place of what it was first deployed with. */
  update(config: Record<string, string>): Promise<void>;
  /** Aborted just before the stack is taken away: ends what goes on in the background. */
  ended: AbortSignal;
}

/** What both targets give: a stack that is there, and a way to take it away. */
export interface Deployment {
  outputs: Record<string, string>;
  awsClient: TestStack["awsClient"];
  directory?: string;
  update(config: Record<string, string>): Promise<void>;
  destroy(): Promise<void>;
}

/** Where suites run: `local` on an emulator, or `aws` in the account that the environment's credentials belong to. */
export const target = process.env.ORDERS_TARGET === "aws" ? "aws" : "local";

/** The stack that is there already, and that suites which can share one run on. The others are left out then. */
const sharedName = process.env.ORDERS_STACK;

/** Tests don't wait for seconds between a step's retries. */
const EMULATION = { waitScale: 0.1 };

/**
 * Gives the suite that calls it an ephemeral stack of its own, and takes it away when the suite ends.
 *
 * Locally that is a fresh emulator with IAM enforced. It is gone when the test process is gone, however that ended.
 *
 * @param config - Configuration that differs from Pulumi.yaml's defaults.
 * @param emulator - What the emulator is to do otherwise than for other suites.
 * @returns The stack, from the first `before` hook on.
 *
 * @example
 * const stack = useStack();
 * it("answers", async () => expect((await stack().storefront.get("/health")).status).to.equal(200));
 */
export function useStack(config: Record<string, string> = {}, emulator: Emulation = {}): () => TestStack {
  let opened: OpenStack | undefined;

  before("deploy a stack", async function () {
    if (sharedName) this.skip();
    this.timeout(target === "aws" ? 600_000 : 60_000);
    opened = await openTestStack(config, emulator);
  });

  after("take the stack away", async function () {
    this.timeout(target === "aws" ? 600_000 : 60_000);
    await opened?.close();
  });

  return () => {
    if (!opened) throw new Error("The stack is deployed in a before hook: use it in tests and later hooks only.");
    return opened.stack;
  };
}

/** A stack that somebody has to take away. */
interface OpenStack {
  stack: TestStack;
  close(): Promise<void>;
}

/** Deploys an ephemeral stack as `useStack` does, for callers that are no suites. */
export async function openTestStack(
  config: Record<string, string> = {},
  emulator: Emulation = {},
  signal?: AbortSignal,
): Promise<OpenStack> {
  const name = `test-${randomBytes(4).toString("hex")}`;
  const deployment: Deployment =
    target === "aws"
      ? await openAwsStack(name, config)
      : await openEphemeralStack(name, config, { ...EMULATION, ...emulator }, signal);
  const end = new AbortController();
  const stack = testStack(name, deployment, end.signal);
  const close = async () => {
    end.abort();
    await deployment.destroy();
  };
  return { stack, close };
}

/**
 * Gives the suite that calls it a stack as `useStack` does, and skips the suite where that would be on AWS.
 *
 * @param emulator - What the emulator is to do otherwise than for other suites.
 */
export function useLocalStack(config: Record<string, string> = {}, emulator: Emulation = {}): () => TestStack {
  before("look where the stack is to be", function () {
    if (target === "aws") this.skip();
  });
  return useStack(config, emulator);
}

/**
 * Gives the suite that calls it a stack as `useStack` does, or, where `ORDERS_STACK` names one that is there, that stack: a
 * preview for example. For suites that bring all they count, with ids of their own, and stay right whatever else
 * happens there, now or before.
 */
export function useSharedStack(): () => TestStack {
  if (!sharedName) return useStack();
  let stack: TestStack | undefined;
  const end = new AbortController();

  before("find the stack", async function () {
    this.timeout(60_000);
    stack = testStack(sharedName, await findSharedStack(sharedName), end.signal);
  });

  after("leave the stack", () => end.abort());

  return () => {
    if (!stack) throw new Error("The stack is looked for in a before hook: use it in tests and later hooks only.");
    return stack;
  };
}

async function findSharedStack(name: string): Promise<Deployment> {
  const { outputs, awsClient } = await findDeployedStack(name);
  const refuse = async () => {
    throw new Error(`The stack ${name} is shared: no suite may change it.`);
  };
  return { outputs, awsClient, update: refuse, destroy: refuse };
}

/** What tests want of a stack that is there. @param ended - Aborted just before it is taken away. */
export function testStack(name: string, deployment: Deployment, ended: AbortSignal): TestStack {
  const { outputs } = deployment;
  return {
    ...deployment,
    name,
    ended,
    backOffice: new ApiClient(outputs.apiUrl ?? "", outputs.apiKey ?? ""),
    storefront: new ApiClient(outputs.storefrontUrl ?? "", outputs.storefrontKey ?? ""),
  };
}
