import { Argument, type Command } from "commander";
import type { Context, Perform } from "../context.ts";
import { examples } from "../help.ts";
import { withTraits } from "../traits.ts";
import type { Page } from "./run/open.ts";

/** Verbs for the system on this machine. */
export function addRunCommands(program: Command, perform: Perform): void {
  withTraits(program.command("up"), { without: ["stack", "json"] })
    .description("Deploys the stack local on this machine, or updates it, and places a first order.")
    .addHelpText(
      "after",
      `\nInstalls what is missing first. ORDERS_PORT chooses another port than 4566.\n${examples(
        ["orders up", "the whole system, in seconds"],
        ["orders outputs", "its addresses, afterwards"],
      )}`,
    )
    .action(perform(async (context: Context) => (await import("./run/up.ts")).up(context)));

  withTraits(program.command("down"), { without: ["stack", "json"] })
    .description("Destroys the stack local and stops its emulator. Asks first if that loses orders.")
    .option("-y, --yes", "don't ask")
    .addHelpText("after", examples(["orders down", "everything goes"], ["orders down --yes", "in scripts"]))
    .action(perform(async (context: Context<{ yes?: true }>) => (await import("./run/down.ts")).down(context)));

  withTraits(program.command("dev"), { without: ["stack", "json"] })
    .description("Deploys like up, then again whenever a source file changes. Ctrl-C ends it; the stack stays.")
    .addHelpText("after", examples(["orders dev", "edit a handler, a component or a page, and save"]))
    .action(perform(async (context: Context) => (await import("./run/dev.ts")).dev(context)));

  program
    .command("outputs")
    .description("Prints the outputs of a stack on this machine as one JSON object.")
    .option("--show-secrets", "the secret ones, too")
    .addHelpText(
      "after",
      examples(
        ["orders outputs", "the addresses of the stack local"],
        ["orders outputs --show-secrets | jq -r .apiKey", "the back office's key"],
      ),
    )
    .action(
      perform(async (context: Context<{ showSecrets?: true }>) => (await import("./run/outputs.ts")).outputs(context)),
    );

  program
    .command("open")
    .description("Opens a page of a stack in the browser, and prints its address.")
    .addArgument(new Argument("[page]", "which").choices(["shop", "dashboard"]).default("shop"))
    .addHelpText(
      "after",
      examples(
        ["orders open", "the shop of the stack local"],
        ["orders open dashboard --stack prod", "the dashboard, in the AWS console"],
      ),
    )
    .action(perform(async (context: Context, page: Page) => (await import("./run/open.ts")).open(context, page)));

  withTraits(program.command("redeploy", { hidden: true }), { without: ["stack", "json"] })
    .description("Updates the running stack local: what dev runs, in a fresh process, to load the changed modules.")
    .addHelpText("after", examples(["orders redeploy", "without a look at the sources' changes"]))
    .action(perform(async (context: Context) => (await import("./run/up.ts")).redeploy(context)));
}
