import type { Stack } from "../../stacks/stack.ts";

/** What a release needs to know about a stack: its output `releases`, as JSON. */
export interface Releases {
  /** The application of CodeDeploy. */
  application: string;
  /** The alias that callers go through, and that releases move. */
  alias: string;
  functions: ReleasedFunction[];
}

/** A function, and CodeDeploy's group for it. */
export interface ReleasedFunction {
  name: string;
  deploymentGroup: string;
}

/** Points at the version that `live` had before the last release: where a rollback leads. */
export const PREVIOUS_ALIAS = "previous";

/** What can be released of a stack. @throws Error, a sentence, if it was deployed without safe releases. */
export function releasesOf({ name, output }: Pick<Stack, "name" | "output">): Releases {
  try {
    return JSON.parse(output("releases")) as Releases;
  } catch (cause) {
    const reason = `The stack ${name} has no safe releases, so what \`pulumi up\` deploys goes live at once`;
    throw new Error(`${reason}: set safeRelease.`, { cause });
  }
}
