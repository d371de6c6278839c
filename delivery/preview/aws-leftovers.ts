import { ConcurrentUpdateError, Stack, type Workspace } from "@pulumi/pulumi/automation/index.js";
import { removeAwsStack } from "../../stacks/aws.ts";
import { byExpiry, type Leftover } from "./leftover.ts";

/** Names of stacks that are there for a while only: those of pull requests and of tests. */
const EPHEMERAL = /^(pr|test)-/;
const EMPTY = "It has nothing: its first deployment ended before it made anything.";

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
      const { expiry, owner, isEmpty } = await lookAt(workspace, name);
      const due = isEmpty ? { isDue: true, reason: EMPTY } : byExpiry(expiry, now);
      return {
        ...{ name, where: "aws" as const, ...due, ...(owner !== undefined && { owner }) },
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
  type: string;
  /** Whether it is one of a provider's, not a component. */
  custom?: boolean;
  inputs?: { tags?: Record<string, string> };
}

/** What the stack's resources are tagged with, the only word of it that is wherever the state is, and whether it has any. */
async function lookAt(workspace: Workspace, name: string) {
  const { deployment } = await workspace.exportStack(name);
  const resources: Resource[] = deployment?.resources ?? [];
  // A resource whose creation was broken off may be there all the same.
  const pending: unknown[] = deployment?.pending_operations ?? [];
  const made = resources.filter(({ type, custom }) => custom && !type.startsWith("pulumi:"));
  const { expiry, owner } =
    made.map(({ inputs }) => inputs?.tags ?? {}).find(({ expiry }) => expiry !== undefined) ?? {};
  return { expiry, owner, isEmpty: made.length === 0 && pending.length === 0 };
}
