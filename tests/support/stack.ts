import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { after, before } from "mocha";
import { type EmulatorOptions, startEmulator } from "../../local/emulator.ts";
import { openStack } from "../../local/engine.ts";
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
  awsClient: { region: string; endpoint?: string; credentials?: { accessKeyId: string; secretAccessKey: string } };
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

type Emulation = Pick<EmulatorOptions, "waitScale" | "executionsAtOnce">;

/** Tests don't wait for seconds between a step's retries. */
const EMULATION = { auth: true, waitScale: 0.1 };

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
  let deployment: Deployment | undefined;
  let stack: TestStack | undefined;
  const end = new AbortController();

  before("deploy a stack", async function () {
    this.timeout(target === "aws" ? 600_000 : 60_000);
    const name = `test-${randomBytes(4).toString("hex")}`;
    deployment = target === "aws" ? await openAwsStack(name, config) : await openLocalStack(name, config, emulator);
    const { outputs } = deployment;
    stack = {
      ...deployment,
      name,
      ended: end.signal,
      backOffice: new ApiClient(outputs.apiUrl ?? "", outputs.apiKey ?? ""),
      storefront: new ApiClient(outputs.storefrontUrl ?? "", outputs.storefrontKey ?? ""),
    };
  });

  after("take the stack away", async function () {
    this.timeout(target === "aws" ? 600_000 : 60_000);
    end.abort();
    await deployment?.destroy();
  });

  return () => {
    if (!stack) throw new Error("The stack is deployed in a before hook: use it in tests and later hooks only.");
    return stack;
  };
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

/** The values of a stack's outputs, secrets in clear. */
export function plainOutputs(outputs: OutputMap): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
}

async function openLocalStack(name: string, config: Record<string, string>, emulation: Emulation): Promise<Deployment> {
  const directory = await mkdtemp(join(tmpdir(), `orders-${name}-`));
  const logFile = join(directory, "emulator.log");
  const emulator = await startEmulator({ ...EMULATION, ...emulation, logFile, folder: directory });
  const destroy = async () => {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const deploy = async (config: Record<string, string>) => {
      const stack = await openStack({ name, directory, endpoint: emulator.endpoint, ephemeral: true, config });
      return plainOutputs((await stack.up()).outputs);
    };
    const outputs = await deploy(config);
    const update = async (config: Record<string, string>) => void (await deploy(config));
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const awsClient = { region: outputs.region ?? "", endpoint: emulator.endpoint, credentials };
    return { outputs, update, destroy, directory, awsClient };
  } catch (error) {
    await destroy();
    throw error;
  }
}
