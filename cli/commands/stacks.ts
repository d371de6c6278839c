import { type Command, Option } from "commander";
import type { Perform } from "../lib/frame.ts";
import { examples } from "../lib/help.ts";
import type { Listing, Reaping } from "../lib/stacks.ts";

/** Verbs for stacks that are there for a while only: those of pull requests, tests and load tests. */
export function addStackCommands(program: Command, perform: Perform): void {
  const stacks = program
    .command("stacks")
    .description("Looks after stacks of pull requests and tests, and takes them away.");
  const verbs = () => import("../lib/stacks.ts");
  const target = () => new Option("--target <target>", "where to look").choices(["local", "aws"]).default("local");

  stacks
    .command("list")
    .description("Lists them, and says until when they stay.")
    .addOption(target())
    .addHelpText(
      "after",
      examples(
        ["orders stacks list", "those on this machine"],
        ["orders stacks list --target aws", "those of the Pulumi CLI's state backend"],
      ),
    )
    .action(perform(async (context: Listing) => (await verbs()).list(context)));

  stacks
    .command("reap")
    .description("Takes those away that have expired, or whose process was killed; without --yes, only tells which.")
    .addOption(target())
    .option("-y, --yes", "really")
    .addHelpText(
      "after",
      examples(
        ["orders stacks reap", "what would go, on this machine"],
        ["orders stacks reap --yes", "take it away"],
        ["orders stacks reap --target aws --yes", "the same for the stacks of the Pulumi CLI's state backend"],
      ),
    )
    .action(perform(async (context: Reaping) => (await verbs()).reap(context)));
}
