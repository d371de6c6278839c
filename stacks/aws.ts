import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ConcurrentUpdateError,
  LocalWorkspace,
  PulumiCommand,
  type Stack,
  type Workspace,
} from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { root, tool } from "../tools/paths.ts";

/**
 * The project, with the official CLI, the state backend that it is logged in to, the environment's credentials, and the
 * previews' secrets provider where their template names one.
 */
export async function openAwsWorkspace(): Promise<Workspace> {
  const template: { secretsprovider?: string } = parse(readFileSync(join(root, "Pulumi.pr.yaml"), "utf8"));
  return LocalWorkspace.create({
    workDir: root,
    pulumiCommand: await PulumiCommand.get({ root: tool("pulumi") }),
    ...(template.secretsprovider !== undefined && { secretsProvider: template.secretsprovider }),
  });
}

/**
 * Does something to a stack, also where a run that was killed left its lock. Only for who knows that nobody else works on
 * it, as the pipeline does, which has one run of each preview at a time.
 */
export async function despiteLock<T>(stack: Stack, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof ConcurrentUpdateError)) throw error;
    await stack.cancel();
    return operation();
  }
}

/**
 * Destroys a stack's resources and removes its state.
 *
 * @param onOutput - Hears what the CLI says.
 * @throws ConcurrentUpdateError where the stack is locked.
 */
export async function removeAwsStack(
  stack: Stack,
  onOutput: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  await stack.destroy({ onOutput, ...(signal && { signal }) });
  await stack.workspace.removeStack(stack.name);
}
