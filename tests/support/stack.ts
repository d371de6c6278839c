import { randomBytes } from "node:crypto";
import { after, before } from "mocha";
import { type Emulation, openEphemeralStack } from "../../stacks/ephemeral.ts";
import { findDeployedStack } from "../../stacks/find.ts";
import type { AwsClientOptions } from "../../stacks/record.ts";
import { ApiClient } from "./api-client.ts";
import { openAwsStack } from "./aws-stack.ts";

/** A deployed order system for one suite. */
export interface TestStack {
  name: string;
  /** The stack's outputs, secrets in plain text. */
  outputs: Record<string, string>;
  /** Back-office API. */
  backOffice: ApiClient;
  /** Storefront API. */
  storefront: ApiClient;
  /** Options for AWS SDK clients. */
  awsClient: AwsClientOptions;
  /** A folder that is deleted with the stack, even if the tests are killed. Local stacks only. */
  directory?: string;
  /** Deploys the stack again, with this configuration instead of the original one. */
  update(config: Record<string, string>): Promise<void>;
  /** Aborted just before the stack is destroyed, to end background work. */
  ended: AbortSignal;
}

/** A deployed stack, on either target. */
export interface Deployment {
  outputs: Record<string, string>;
  awsClient: TestStack["awsClient"];
  directory?: string;
  update(config: Record<string, string>): Promise<void>;
  destroy(): Promise<void>;
}

/** Where suites run: `local` on an emulator, or `aws` in the account of the environment's credentials. */
export const target = process.env.ORDERS_TARGET === "aws" ? "aws" : "local";

/** An existing stack to run on. If set, suites that need a stack of their own are skipped. */
const sharedName = process.env.ORDERS_STACK;

/** Shortens the seconds between a step's retries. */
const EMULATION = { waitScale: 0.1 };

/**
 * Deploys an ephemeral stack for the calling suite, and destroys it when the suite ends.
 *
 * Locally, that is a fresh emulator with IAM enforced, which ends with the test process, even if that is killed.
 *
 * @param config - Settings that differ from Pulumi.yaml's defaults.
 * @param emulator - Emulator settings for this suite.
 * @returns The stack, available from the first `before` hook on.
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

  after("destroy the stack", async function () {
    this.timeout(target === "aws" ? 600_000 : 60_000);
    await opened?.close();
  });

  return () => {
    if (!opened) throw new Error("The stack is not deployed yet: use it only in tests and in later hooks.");
    return opened.stack;
  };
}

interface OpenStack {
  stack: TestStack;
  /** Destroys the stack. */
  close(): Promise<void>;
}

/** `useStack` outside of a suite: the caller must close the stack. */
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

/** Like `useStack`, for suites that need the emulator: skips the suite on AWS. */
export function useLocalStack(config: Record<string, string> = {}, emulator: Emulation = {}): () => TestStack {
  before("skip on AWS", function () {
    if (target === "aws") this.skip();
  });
  return useStack(config, emulator);
}

/**
 * Like `useStack`, but uses the stack that `ORDERS_STACK` names, if set: a preview, for example. For suites that only
 * rely on data of their own, with unique ids, whatever else the stack holds.
 */
export function useSharedStack(): () => TestStack {
  if (!sharedName) return useStack();
  let stack: TestStack | undefined;
  const end = new AbortController();

  before("find the stack", async function () {
    this.timeout(60_000);
    stack = testStack(sharedName, await findSharedStack(sharedName), end.signal);
  });

  after("end background work", () => end.abort());

  return () => {
    if (!stack) throw new Error("The stack has not been found yet: use it only in tests and in later hooks.");
    return stack;
  };
}

async function findSharedStack(name: string): Promise<Deployment> {
  const { outputs, awsClient } = await findDeployedStack(name);
  const refuse = async () => {
    throw new Error(`The stack ${name} is shared: suites must not update or destroy it.`);
  };
  return { outputs, awsClient, update: refuse, destroy: refuse };
}

/** Adds API clients to a deployed stack. @param ended - Aborted just before the stack is destroyed. */
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
