import { type Command, Option } from "commander";
import type { Perform } from "../context.ts";
import { examples } from "../help.ts";
import type { Listing, Reaping } from "./temporary-stacks.ts";

/** Verbs for stacks that are there for a while only: those of pull requests, tests and load tests. */
export function addStackCommands(program: Command, perform: Perform): void {
  const stacks = program
    .command("stacks")
    .description("Lists and removes temporary stacks of pull requests and tests.");
  const verbs = () => import("./temporary-stacks.ts");
  const target = () => new Option("--target <target>", "where to look").choices(["local", "aws"]).default("local");

  stacks
    .command("list")
    .description("Lists them, and says when they expire.")
    .addOption(target())
    .addHelpText(
      "after",
      examples(
        ["orders stacks list", "those on this machine"],
        ["orders stacks list --target aws", "those in the Pulumi CLI's state backend"],
      ),
    )
    .action(perform(async (context: Listing) => (await verbs()).list(context)));

  stacks
    .command("reap")
    .description("Removes those that have expired, or whose process was killed; without --yes, only shows which.")
    .addOption(target())
    .option("-y, --yes", "actually remove them")
    .addHelpText(
      "after",
      examples(
        ["orders stacks reap", "what would be removed, on this machine"],
        ["orders stacks reap --yes", "remove it"],
        ["orders stacks reap --target aws --yes", "the same in the Pulumi CLI's state backend"],
      ),
    )
    .action(perform(async (context: Reaping) => (await verbs()).reap(context)));
}
