import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SFNClient } from "@aws-sdk/client-sfn";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { type StateMachine, stopExecutions } from "../aws/executions.ts";
import { project, toEngineConfig } from "../local/engine/stack-folder.ts";
import { root, tool } from "../tools/paths.ts";
import { plainOutputs } from "./record.ts";
import { type OpenStack, stackOf } from "./stack.ts";

/** A run of the Pulumi CLI. */
interface RunOptions {
  /** Called with what the CLI prints. */
  onOutput?: (text: string) => void;
  signal?: AbortSignal;
}

/**
 * Opens the project with the official CLI, in the state backend that it is logged in to, with the environment's credentials
 * and the secrets provider of Pulumi.pr.yaml, if that names one.
 */
export async function openAwsWorkspace(): Promise<automation.Workspace> {
  const template: { secretsprovider?: string } = parse(readFileSync(join(root, "Pulumi.pr.yaml"), "utf8"));
  return automation.LocalWorkspace.create({
    workDir: root,
    pulumiCommand: await automation.PulumiCommand.get({ root: tool("pulumi") }),
    ...(template.secretsprovider !== undefined && { secretsProvider: template.secretsprovider }),
  });
}

/**
 * Deploys a temporary stack to the account of the environment's credentials, in the region `AWS_REGION`, as `pulumi up` does:
 * a new one, or one that exists. If the deployment fails, what it created stays: see {@link removeAwsStack}.
 *
 * @param config - Settings that differ from Pulumi.yaml's defaults, by name; lists as JSON. Those with "secret" in their
 * names are encrypted.
 */
export async function openAwsStack(
  name: string,
  config: Record<string, string>,
  run: RunOptions = {},
): Promise<OpenStack> {
  const region = process.env.AWS_REGION;
  if (!region) throw new Error(`The stack ${name} needs a region: set AWS_REGION.`);
  const workspace = await openAwsWorkspace();
  // A new one each time: the machine that made the last one may be gone, and its file with it.
  const cursorSecret = randomBytes(32).toString("hex");
  const deploy = async (config: Record<string, string>) => {
    const stack = await configure(workspace, name, region, { cursorSecret, ...config });
    const { outputs } = await despiteLock(stack, () => stack.up(run));
    return plainOutputs(outputs);
  };
  return {
    ...stackOf(name, await deploy(config), { region }),
    update: async (config) => void (await deploy(config)),
    destroy: async () => void (await removeAwsStack(name, run)),
  };
}

const STOP_INTERVAL_MS = 5_000;

/** Destroys a temporary stack's resources and removes its state. @returns Whether there was such a stack. */
export async function removeAwsStack(name: string, run: RunOptions = {}): Promise<boolean> {
  try {
    // Looks for this stack only: listing them all would read the state of each.
    const stack = await automation.Stack.select(name, await openAwsWorkspace());
    await despiteLock(stack, () => destroyAwsStack(stack, run));
    return true;
  } catch (error) {
    if (error instanceof automation.StackNotFoundError) return false;
    throw error;
  }
}

/**
 * Destroys a temporary stack's resources and removes its state. Stops its workflows first: an order may wait for hours, and its
 * state machine with it.
 *
 * @throws automation.ConcurrentUpdateError if another process is working on it.
 */
export async function destroyAwsStack(stack: automation.Stack, run: RunOptions = {}): Promise<void> {
  // None if its first deployment failed.
  const { stateMachineArn: arn, region = "" } = plainOutputs(await stack.outputs());
  const destroyed = new AbortController();
  if (arn !== undefined) {
    const machine = { client: new SFNClient({ region }), arn };
    await stopExecutions(machine);
    void keepStopping(machine, destroyed.signal);
  }
  await stack.destroy({ ...run, remove: true }).finally(() => destroyed.abort());
}

/** Stops executions that are started before whatever starts them is destroyed. */
async function keepStopping(machine: StateMachine, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await stopExecutions(machine).catch(() => {}); // the state machine is being deleted, or the next time helps
    await sleep(STOP_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}

/** Creates the stack if it doesn't exist, and gives it exactly this configuration. */
async function configure(
  workspace: automation.Workspace,
  name: string,
  region: string,
  config: Record<string, string>,
): Promise<automation.Stack> {
  const { secretsProvider } = workspace;
  const settings = Object.entries(toEngineConfig(config)).filter(([key]) => !isSecret(key));
  await workspace.saveStackSettings(name, {
    ...(secretsProvider !== undefined && { secretsProvider }),
    ...(await workspace.stackSettings(name).catch(() => ({}))),
    config: {
      ...Object.fromEntries(settings.map(([key, value]) => [`${project.name}:${key}`, value])),
      "aws:region": region,
    },
  });
  const stack = await automation.Stack.createOrSelect(name, workspace);
  const secrets = Object.entries(config).filter(([key]) => isSecret(key));
  await stack.setAllConfig(Object.fromEntries(secrets.map(([key, value]) => [key, { value, secret: true }])));
  return stack;
}

function isSecret(setting: string): boolean {
  return /secret/i.test(setting);
}

/**
 * Retries an operation after removing the lock that a killed run left. Only for stacks that nobody else can be working on:
 * the pipeline runs one job per preview at a time, and a test's stack belongs to its process.
 */
async function despiteLock<T>(stack: automation.Stack, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof automation.ConcurrentUpdateError)) throw error;
    await stack.cancel();
    return operation();
  }
}
