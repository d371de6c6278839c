import type { DeployedStack } from "../../stacks/find.ts";
import type { Releases } from "./releases.ts";

/** What can be released of a stack. @throws Error, a sentence, where it has no safe releases. */
export function releasesOf({ name, output }: Pick<DeployedStack, "name" | "output">): Releases {
  try {
    return JSON.parse(output("releases")) as Releases;
  } catch (cause) {
    const reason = `The stack ${name} has no safe releases, so what \`pulumi up\` deploys goes live at once`;
    throw new Error(`${reason}: set safeRelease.`, { cause });
  }
}
