import type { Command } from "commander";
import { call } from "../../local/api.ts";
import type { FullOrder } from "../../orders/answers.ts";
import { orderId } from "../lib/arguments.ts";
import type { Perform } from "../lib/frame.ts";
import { examples } from "../lib/help.ts";
import { orderText } from "../lib/order-text.ts";

/** Verbs for single orders and lists of them, through the back office's API. */
export function addOrderCommands(program: Command, perform: Perform): void {
  program
    .command("get")
    .description("Shows an order with its history.")
    .argument("<id>", "the order's id", orderId)
    .addHelpText(
      "after",
      examples(
        ["orders get 0195c0de-5eed-7c0f-8fee-0dd51de0ca7e", "all about it"],
        ["orders get 0195c0de-5eed-7c0f-8fee-0dd51de0ca7e --json", "the same for a script"],
      ),
    )
    .action(
      perform(async ({ stack, paint }, id: string) => {
        const order = await call<FullOrder>((await stack()).backOffice, "GET", `/orders/${id}`);
        return { data: order, text: orderText(order, paint) };
      }),
    );
}
