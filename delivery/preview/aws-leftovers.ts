import { ConcurrentUpdateError, Stack, type Workspace } from "@pulumi/pulumi/automation/index.js";
import { destroyAwsStack } from "../../stacks/aws.ts";
import { byExpiry, type Leftover } from "./leftover.ts";

/** The names of temporary stacks: those of pull requests and of tests. */
const TEMPORARY = /^(pr|test)-/;
const EMPTY = "It has nothing: its first deployment ended before it made anything.";

/**
 * This project's temporary stacks in the state backend that the CLI is logged in to.
 *
 * @param onOutput - Called with what the CLI prints while a stack is removed.
 */
export async function awsLeftovers(
  workspace: Workspace,
  now: Date,
  onOutput: (text: string) => void,
): Promise<Leftover[]> {
  const names = (await workspace.listStacks()).map(({ name }) => name);
  const temporary = names.filter((name) => TEMPORARY.test(name.split("/").at(-1) ?? ""));
  return Promise.all(
    temporary.map(async (name) => {
      const { expiry, owner, isEmpty } = await inspect(workspace, name);
      const due = isEmpty ? { isDue: true, reason: EMPTY } : byExpiry(expiry, now);
      return {
        ...{ name, where: "aws" as const, ...due, ...(owner !== undefined && { owner }) },
        remove: () => removeUnlessBusy(workspace, name, onOutput),
      };
    }),
  );
}

/** Respects locks: a deployment may be in progress. Only whoever knows better may cancel it. */
async function removeUnlessBusy(workspace: Workspace, name: string, onOutput: (text: string) => void): Promise<void> {
  try {
    await destroyAwsStack(await Stack.select(name, workspace), { onOutput });
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
  /** Whether it is a provider's resource, not a component. */
  custom?: boolean;
  inputs?: { tags?: Record<string, string> };
}

/** The tags of a stack's resources, which any machine can read from the state, and whether it has resources at all. */
async function inspect(workspace: Workspace, name: string) {
  const { deployment } = await workspace.exportStack(name);
  const resources: Resource[] = deployment?.resources ?? [];
  // A resource whose creation was interrupted may exist anyway.
  const pending: unknown[] = deployment?.pending_operations ?? [];
  const made = resources.filter(({ type, custom }) => custom && !type.startsWith("pulumi:"));
  const { expiry, owner } =
    made.map(({ inputs }) => inputs?.tags ?? {}).find(({ expiry }) => expiry !== undefined) ?? {};
  return { expiry, owner, isEmpty: made.length === 0 && pending.length === 0 };
}
