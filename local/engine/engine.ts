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
  projectOf,
  removeStaleLocks,
  stackExists,
  stackSettings,
} from "./stack-folder.ts";

/** A stack on the local target, driven by the real Pulumi engine. Options are those of the Automation API. */
export interface LocalStack {
  readonly name: string;
  /** Deploys. The outputs have secrets in clear: look at `.secret` before anything is printed. */
  up(options?: UpOptions): Promise<Outcome & { outputs: OutputMap }>;
  preview(options?: PreviewOptions): Promise<Outcome>;
  refresh(options?: RefreshOptions): Promise<Outcome>;
  destroy(options?: DestroyOptions): Promise<Outcome>;
  /** The last deployment's outputs, secrets in clear. */
  outputs(): Promise<OutputMap>;
}

/** The program that is deployed. */
export interface ProgramSource {
  /** Where `index.ts` and `Pulumi.yaml` are: this checkout where nothing is given. */
  folder?: string;
  /** In place of the folder's `index.ts`. */
  program?: PulumiFn;
}

export interface OpenStackOptions extends ProgramSource {
  /** Stack name, which is also the name of the stage. */
  name: string;
  /** Holds the stack's configuration and state, and nothing else; is made where it is missing. */
  directory: string;
  /** The emulator's URL, on loopback. */
  endpoint: string;
  /** Configuration of the project, `listShards` for example, beside Pulumi.yaml's defaults and the local target's. */
  config?: Record<string, string>;
  /** State only at the end of each run: twice as fast, and no loss for a stack that never outlives its emulator. */
  ephemeral?: boolean;
}

/**
 * Opens a stack, and makes it where it is missing.
 * @throws Error for an endpoint that is not on this machine.
 */
export async function openStack(options: OpenStackOptions): Promise<LocalStack> {
  const { name, directory, folder = root } = options;
  const program = captureOutputs(options.program ?? (await import(join(folder, "index.ts"))).default);
  const aws = { endpoints: JSON.stringify([{ dynamodb: options.endpoint }]), ...dummyAccount };
  readConfiguration(aws); // refuses other machines before anything is written

  prepareFolder(directory);
  pulumiCommand ??= PulumiCommand.get({ root: tool("pulumi") });
  const workspace = await LocalWorkspace.create({
    workDir: directory,
    program: program.run,
    pulumiCommand: await pulumiCommand,
    projectSettings: projectOf(folder),
    stackSettings: {
      [name]: stackSettings(directory, name, { aws, [project.name]: { ...LOCAL_DEFAULTS, ...options.config } }),
    },
    envVars: engineEnvironment(directory, options.ephemeral ?? false),
  });
  const stack = await openQuickly(workspace, name, stackExists(directory, name));

  const run = <T extends RunOptions>(operation: (options: T) => Promise<unknown>, opts?: T): Promise<Outcome> =>
    withProvider((port) => {
      removeStaleLocks(directory);
      workspace.envVars.PULUMI_DEBUG_PROVIDERS = `aws:${port}`;
      return runEngine(operation, opts);
    });
  return {
    name,
    up: async (opts?: UpOptions) => {
      const outcome = await run((hooked) => stack.up(hooked), opts);
      return { ...outcome, outputs: await program.outputs() };
    },
    preview: (opts) => run((hooked) => stack.preview(hooked), opts),
    refresh: (opts) => run((hooked) => stack.refresh(hooked), opts),
    destroy: (opts) => run((hooked) => stack.destroy(hooked), opts),
    outputs: () => workspace.stackOutputs(name),
  };
}

let pulumiCommand: Promise<PulumiCommand> | undefined;

/**
 * Spares the runs of the CLI that tell nothing new, half a second each: every command names its stack, so none needs to be
 * selected, and after an update the program knows its outputs and the events have told what changed.
 */
async function openQuickly(workspace: LocalWorkspace, name: string, exists: boolean): Promise<Stack> {
  workspace.selectStack = async () => {};
  const stack = await (exists ? Stack.select : Stack.create)(name, workspace);
  stack.outputs = async () => ({});
  stack.info = async () => ({}) as UpdateSummary;
  return stack;
}

/** What suits the local target better than Pulumi.yaml's defaults: the emulator has no TLS, which CloudFront redirects to. */
const LOCAL_DEFAULTS = { siteDelivery: "bucket" };

const dummyAccount = { region: "us-east-1", accessKey: "test", secretKey: "test" };

let provider: ReturnType<typeof startProvider> | undefined;
let operations = 0;
const { stackTraceLimit } = Error;

/** One provider serves all operations of this process, and goes with the last of them, so that it keeps no process alive. */
async function withProvider<T>(operation: (port: number) => Promise<T>): Promise<T> {
  operations += 1;
  provider ??= startProvider();
  // Pulumi notes a stack trace with each of its many promises: a quarter of our processor time at full length.
  Error.stackTraceLimit = 1;
  const { port, stop } = await provider;
  try {
    return await operation(port);
  } finally {
    operations -= 1;
    if (operations === 0) {
      Error.stackTraceLimit = stackTraceLimit;
      provider = undefined;
      await stop();
    }
  }
}
