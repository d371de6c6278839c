import type { Stack } from "../../stacks/stack.ts";

/** What a release needs to know about a stack: its output `releases`, as JSON. */
export interface Releases {
  /** CodeDeploy's application. */
  application: string;
  /** The alias that callers use, and that releases move. */
  alias: string;
  functions: ReleasedFunction[];
}

/** A function, and its CodeDeploy deployment group. */
export interface ReleasedFunction {
  name: string;
  deploymentGroup: string;
}

/** The alias for the version that was live before the last release: rollbacks go there. */
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
