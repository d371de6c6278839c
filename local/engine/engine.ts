import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type DestroyOptions,
  LocalWorkspace,
  type OutputMap,
  type PreviewOptions,
  PulumiCommand,
  type PulumiFn,
  type RefreshOptions,
  Stack,
  type UpdateSummary,
  type UpOptions,
} from "@pulumi/pulumi/automation/index.js";
import { root, tool } from "../../tools/paths.ts";
import { readConfiguration } from "../provider/configuration.ts";
import { startProvider } from "../provider/server.ts";
import { captureOutputs } from "./capture-outputs.ts";
import { type Outcome, type RunOptions, runEngine } from "./engine-run.ts";
import { OFFICIAL_SETTINGS, officialEnvironment } from "./official-provider.ts";
import {
  engineEnvironment,
  prepareFolder,
  project,
  readProject,
  removeStaleLocks,
  stackExists,
  stackSettings,
} from "./stack-folder.ts";

/** Runs the real Pulumi engine for one stack on the local target. The options are those of the Automation API. */
export interface StackEngine {
  readonly name: string;
  /** Deploys. The outputs have secrets in plain text: check `.secret` before printing anything. */
  up(options?: UpOptions): Promise<Outcome & { outputs: OutputMap }>;
  preview(options?: PreviewOptions): Promise<Outcome>;
  refresh(options?: RefreshOptions): Promise<Outcome>;
  destroy(options?: DestroyOptions): Promise<Outcome>;
  /** The last deployment's outputs, secrets in plain text. */
  outputs(): Promise<OutputMap>;
}

/** The program to deploy. */
export interface ProgramSource {
  /** Where `index.ts` and `Pulumi.yaml` are. By default, this checkout. */
  folder?: string;
  /** Runs instead of the folder's `index.ts`. */
  program?: PulumiFn;
}

interface EngineOptions extends ProgramSource {
  /** The stack's name, which is also the stage's. */
  name: string;
  /** Holds the stack's configuration and state. Created if missing. */
  directory: string;
  /** The emulator's URL, on loopback. */
  endpoint: string;
  /** Settings that differ from Pulumi.yaml's defaults and the local target's, `listShards` for example; lists as JSON. */
  config?: Record<string, string>;
  /** Writes the state only at the end of each run. Twice as fast, and no loss if the stack never outlives its emulator. */
  ephemeral?: boolean;
  /** Uses the official provider, which the engine downloads (700 MB), in place of ours. */
  official?: boolean;
}

/**
 * Opens an engine for a stack, which it creates if there is none.
 *
 * @throws Error if the endpoint is not on this machine.
 */
export async function openEngine(options: EngineOptions): Promise<StackEngine> {
  const { name, directory, endpoint, folder = root, ephemeral = false, official = false } = options;
  const program = captureOutputs(
    options.program ?? (await import(pathToFileURL(join(folder, "index.ts")).href)).default,
  );
  const common = { endpoints: JSON.stringify([{ dynamodb: endpoint }]), ...DUMMY_ACCOUNT };
  const aws = official ? { ...common, ...OFFICIAL_SETTINGS } : common;
  readConfiguration(aws); // rejects other machines before anything is written

  prepareFolder(directory);
  const environment = engineEnvironment(directory, ephemeral);
  pulumiCommand ??= PulumiCommand.get({ root: tool("pulumi") });
  const workspace = await LocalWorkspace.create({
    workDir: directory,
    program: program.run,
    pulumiCommand: await pulumiCommand,
    projectSettings: readProject(folder),
    stackSettings: {
      [name]: stackSettings(directory, name, { aws, [project.name]: { ...LOCAL_DEFAULTS, ...options.config } }),
    },
    envVars: official ? officialEnvironment(environment, endpoint) : environment,
  });
  const stack = await selectOrCreate(workspace, name, stackExists(directory, name));

  const run = <T extends RunOptions>(operation: (options: T) => Promise<unknown>, runOptions?: T): Promise<Outcome> => {
    removeStaleLocks(directory);
    if (official) return runEngine(operation, runOptions);
    return withProvider((port) => {
      workspace.envVars.PULUMI_DEBUG_PROVIDERS = `aws:${port}`;
      return runEngine(operation, runOptions);
    });
  };
  return {
    name,
    up: async (upOptions?: UpOptions) => {
      const outcome = await run((opts) => stack.up(opts), upOptions);
      return { ...outcome, outputs: await program.outputs() };
    },
    preview: (previewOptions) => run((opts) => stack.preview(opts), previewOptions),
    refresh: (refreshOptions) => run((opts) => stack.refresh(opts), refreshOptions),
    destroy: (destroyOptions) => run((opts) => stack.destroy(opts), destroyOptions),
    outputs: () => workspace.stackOutputs(name),
  };
}

let pulumiCommand: Promise<PulumiCommand> | undefined;

/**
 * Skips CLI runs that take half a second each and aren't needed: no stack has to be selected, since every command names
 * it; and after an update, the outputs and the changes are already known.
 */
async function selectOrCreate(workspace: LocalWorkspace, name: string, exists: boolean): Promise<Stack> {
  workspace.selectStack = async () => {};
  const stack = await (exists ? Stack.select : Stack.create)(name, workspace);
  stack.outputs = async () => ({});
  stack.info = async () => ({}) as UpdateSummary;
  return stack;
}

/** Where the local target differs from Pulumi.yaml's defaults: CloudFront redirects to TLS, which the emulator lacks. */
const LOCAL_DEFAULTS = { siteDelivery: "bucket" };

const DUMMY_ACCOUNT = { region: "us-east-1", accessKey: "test", secretKey: "test" };

let provider: ReturnType<typeof startProvider> | undefined;
let runningOperations = 0;
const { stackTraceLimit } = Error;

/** All operations of this process share one provider. It stops after the last one, so that the process can exit. */
async function withProvider<T>(operation: (port: number) => Promise<T>): Promise<T> {
  runningOperations += 1;
  provider ??= startProvider();
  // Pulumi captures a stack trace for each of its many promises: at full length, a quarter of our CPU time.
  Error.stackTraceLimit = 1;
  const { port, stop } = await provider;
  try {
    return await operation(port);
  } finally {
    runningOperations -= 1;
    if (runningOperations === 0) {
      Error.stackTraceLimit = stackTraceLimit;
      provider = undefined;
      await stop();
    }
  }
}
