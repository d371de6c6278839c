import { join } from "node:path";
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
import {
  engineEnvironment,
  prepareFolder,
  project,
  readProject,
  removeStaleLocks,
  stackExists,
  stackSettings,
} from "./stack-folder.ts";

/** A stack on the local target, deployed by the real Pulumi engine. Options are the Automation API's. */
export interface LocalStack {
  readonly name: string;
  /** Deploys. Secrets in the outputs are in clear text: check `.secret` before you print any. */
  up(options?: UpOptions): Promise<Outcome & { outputs: OutputMap }>;
  preview(options?: PreviewOptions): Promise<Outcome>;
  refresh(options?: RefreshOptions): Promise<Outcome>;
  destroy(options?: DestroyOptions): Promise<Outcome>;
  /** The last deployment's outputs, secrets in clear text. */
  outputs(): Promise<OutputMap>;
}

/** The program to deploy. */
export interface ProgramSource {
  /** Folder with `index.ts` and `Pulumi.yaml`. Default: this checkout. */
  folder?: string;
  /** Replaces the folder's `index.ts`. */
  program?: PulumiFn;
}

export interface OpenStackOptions extends ProgramSource {
  /** Stack name, which is also the stage's name. */
  name: string;
  /** Folder for the stack's configuration and state, and nothing else. Created if missing. */
  directory: string;
  /** The emulator's URL, on loopback. */
  endpoint: string;
  /** The project's settings, e.g. `listShards`. Defaults: the local target's, then Pulumi.yaml's. */
  config?: Record<string, string>;
  /** Saves the state only at the end of a run: twice as fast, and enough if the stack never outlives its emulator. */
  ephemeral?: boolean;
}

/**
 * Opens a stack, which is created if missing.
 * @throws Error if the endpoint is not on this machine.
 */
export async function openStack(options: OpenStackOptions): Promise<LocalStack> {
  const { name, directory, folder = root } = options;
  const program = captureOutputs(options.program ?? (await import(join(folder, "index.ts"))).default);
  const aws = { endpoints: JSON.stringify([{ dynamodb: options.endpoint }]), ...DUMMY_ACCOUNT };
  readConfiguration(aws); // rejects other machines before anything is written

  prepareFolder(directory);
  pulumiCommand ??= PulumiCommand.get({ root: tool("pulumi") });
  const workspace = await LocalWorkspace.create({
    workDir: directory,
    program: program.run,
    pulumiCommand: await pulumiCommand,
    projectSettings: readProject(folder),
    stackSettings: {
      [name]: stackSettings(directory, name, { aws, [project.name]: { ...LOCAL_DEFAULTS, ...options.config } }),
    },
    envVars: engineEnvironment(directory, options.ephemeral ?? false),
  });
  const stack = await selectOrCreate(workspace, name, stackExists(directory, name));

  const run = <T extends RunOptions>(operation: (options: T) => Promise<unknown>, runOptions?: T): Promise<Outcome> =>
    withProvider((port) => {
      removeStaleLocks(directory);
      workspace.envVars.PULUMI_DEBUG_PROVIDERS = `aws:${port}`;
      return runEngine(operation, runOptions);
    });
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

/** Where the local target's defaults differ from Pulumi.yaml's. The emulator has no TLS, to which CloudFront redirects. */
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
