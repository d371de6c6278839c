import { Argument, type Command } from "commander";
import type { Context, Perform } from "../context.ts";
import { examples, ID } from "../help.ts";
import { orderArgument } from "../order-arguments.ts";

/** Verbs for the emails and text messages of an order. */
export function addMessageCommands(program: Command, perform: Perform): void {
  const messages = program.command("messages").description("The emails and text messages to an order's customer.");

  messages
    .command("show", { isDefault: true })
    .description("Lists an order's emails and text messages, and whether they were sent.")
    .addArgument(orderArgument())
    .addHelpText("after", examples([`orders messages show ${ID}`, "what did the customer get? show may be left out"]))
    .action(
      perform(async (context: Context, given: string) => {
        const { show } = await import("./order-messages.ts");
        return show(context, given);
      }),
    );

  messages
    .command("resend")
    .description("Sends emails and text messages of an order again. Asks first.")
    .addArgument(orderArgument())
    .addArgument(new Argument("[messages...]", "which ones, such as MAIL#placed (default: those not recorded as sent)"))
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      examples(
        [`orders messages resend ${ID}`, "what the customer may not have got"],
        [`orders messages resend ${ID} MAIL#shipped`, "an email that was sent, but that the customer lost"],
      ),
    )
    .action(
      perform(async (context: Context<{ yes?: true }>, given: string, chosen: string[]) => {
        const { resend } = await import("./order-messages.ts");
        return resend(context, given, chosen);
      }),
    );
}
