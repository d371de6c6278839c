import { ConcurrentUpdateError, Stack, type Workspace } from "@pulumi/pulumi/automation/index.js";
import { removeAwsStack } from "./aws-stacks.ts";
import { byExpiry, type Leftover } from "./leftover.ts";

/** Names of stacks that are there for a while only: those of pull requests and of tests. */
const EPHEMERAL = /^(pr|test)-/;

/**
 * The stacks of this project that are there for a while only, in the state backend that the CLI is logged in to.
 *
 * @param tell - Hears what the CLI says while a stack is taken away.
 */
export async function awsLeftovers(workspace: Workspace, now: Date, tell: (text: string) => void): Promise<Leftover[]> {
  const names = (await workspace.listStacks()).map(({ name }) => name);
  const ephemeral = names.filter((name) => EPHEMERAL.test(name.split("/").at(-1) ?? ""));
  return Promise.all(
    ephemeral.map(async (name) => {
      const { expiry, owner } = await tagsOf(workspace, name);
      return {
        ...{ name, where: "aws" as const, ...byExpiry(expiry, now), ...(owner !== undefined && { owner }) },
        remove: () => removeUnlessBusy(workspace, name, tell),
      };
    }),
  );
}

/** A lock may be that of a deployment that goes on right now: to end it is for who knows. */
async function removeUnlessBusy(workspace: Workspace, name: string, tell: (text: string) => void): Promise<void> {
  try {
    await removeAwsStack(await Stack.select(name, workspace), tell);
  } catch (error) {
    if (!(error instanceof ConcurrentUpdateError)) throw error;
    const unlock = `pulumi cancel --stack ${name}`;
    throw new Error(`It is busy, so it is left for the next run. If a killed run left its lock: npx ${unlock}`, {
      cause: error,
    });
  }
}

interface Resource {
  inputs?: { tags?: Record<string, string> };
}

/** What the stack's resources are tagged with: the only word of it that is wherever the state is. */
async function tagsOf(workspace: Workspace, name: string): Promise<Record<string, string>> {
  const { deployment } = await workspace.exportStack(name);
  const resources: Resource[] = deployment?.resources ?? [];
  return resources.map(({ inputs }) => inputs?.tags ?? {}).find(({ expiry }) => expiry !== undefined) ?? {};
}
