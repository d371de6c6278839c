import {
  type DestroyOptions,
  type DestroyResult,
  LocalWorkspace,
  type OutputMap,
  type PreviewOptions,
  type PreviewResult,
  PulumiCommand,
  type PulumiFn,
  type RefreshOptions,
  type RefreshResult,
  type UpOptions,
  type UpResult,
} from "@pulumi/pulumi/automation/index.js";
import { readConfiguration } from "./provider/configuration.ts";
import { startProvider } from "./provider/server.ts";
import { engineEnvironment, prepareFolder, project, removeStaleLocks, stackSettings } from "./stack-folder.ts";
import { tool } from "./tools.ts";

/** A stack on the local target, driven by the real Pulumi engine. Options and results are the Automation API's own. */
export interface LocalStack {
  readonly name: string;
  up(options?: UpOptions): Promise<UpResult>;
  preview(options?: PreviewOptions): Promise<PreviewResult>;
  refresh(options?: RefreshOptions): Promise<RefreshResult>;
  destroy(options?: DestroyOptions): Promise<DestroyResult>;
  /** The last deployment's outputs, secrets in clear: look at `.secret` before anything is printed. */
  outputs(): Promise<OutputMap>;
}

export interface OpenStackOptions {
  /** Stack name, which is also the name of the stage. */
  name: string;
  /** Holds the stack's configuration and state, and nothing else; is made where it is missing. */
  directory: string;
  /** The emulator's URL, on loopback. */
  endpoint: string;
  /** Configuration of the project, `listShards` for example, beside Pulumi.yaml's defaults. */
  config?: Record<string, string>;
  /** State only at the end of each run: twice as fast, and no loss for a stack that never outlives its emulator. */
  ephemeral?: boolean;
  /** The program of `index.ts` where none is given. */
  program?: PulumiFn;
}

/**
 * Opens a stack, and makes it where it is missing.
 * @throws Error for an endpoint that is not on this machine.
 */
export async function openStack(options: OpenStackOptions): Promise<LocalStack> {
  const { name, directory } = options;
  const program = options.program ?? (await import("../index.ts")).default;
  const aws = { endpoints: JSON.stringify([{ dynamodb: options.endpoint }]), ...dummyAccount };
  readConfiguration(aws); // refuses other machines before anything is written

  prepareFolder(directory);
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: project.name, program },
    {
      workDir: directory,
      pulumiCommand: await PulumiCommand.get({ root: tool("pulumi") }),
      projectSettings: project,
      stackSettings: { [name]: stackSettings(directory, name, { aws, [project.name]: options.config ?? {} }) },
      envVars: engineEnvironment(directory, options.ephemeral ?? false),
    },
  );

  const run = <T>(operation: () => Promise<T>): Promise<T> =>
    withProvider((port) => {
      removeStaleLocks(directory);
      stack.workspace.envVars.PULUMI_DEBUG_PROVIDERS = `aws:${port}`;
      return operation();
    });
  return {
    name,
    up: (opts) => run(() => stack.up(opts)),
    preview: (opts) => run(() => stack.preview(opts)),
    refresh: (opts) => run(() => stack.refresh(opts)),
    destroy: (opts) => run(() => stack.destroy({ showSecrets: false, ...opts })),
    outputs: () => stack.outputs(),
  };
}

const dummyAccount = { region: "us-east-1", accessKey: "test", secretKey: "test" };

let provider: ReturnType<typeof startProvider> | undefined;
let operations = 0;

/** One provider serves all operations of this process, and goes with the last of them, so that it keeps no process alive. */
async function withProvider<T>(operation: (port: number) => Promise<T>): Promise<T> {
  operations += 1;
  provider ??= startProvider();
  const { port, stop } = await provider;
  try {
    return await operation(port);
  } finally {
    operations -= 1;
    if (operations === 0) {
      provider = undefined;
      await stop();
    }
  }
}
