import { Argument, type Command } from "commander";
import { wholeNumber } from "../arguments.ts";
import type { Context, Perform } from "../context.ts";
import { examples, ID } from "../help.ts";
import { orderId } from "../order-arguments.ts";
import { QUEUE_NAMES, type QueueName } from "./dlq/queue-names.ts";
import type { Purging, Redriving, Showing } from "./dlq/verbs.ts";

/** Verbs for what failed: look at it, send it back, throw it away. */
export function addDeadLetterCommands(program: Command, perform: Perform): void {
  const dlq = program.command("dlq").description("Inspects failed messages, and sends them back (dead-letter queues).");
  const verbs = () => import("./dlq/verbs.ts");
  const queue = () => new Argument("<queue>", "which messages").choices(QUEUE_NAMES);
  const order = ["--order <id>", "only messages of this order", orderId] as const;

  dlq
    .command("list")
    .description("Counts the messages in each dead-letter queue.")
    .addHelpText("after", examples(["orders dlq list --stack prod", "order, customer and events"]))
    .action(perform(async (context: Context) => (await verbs()).list(context)));

  dlq
    .command("show")
    .description("Shows the messages of a queue, and why they failed. They stay in the queue.")
    .addArgument(queue())
    .option("-n, --limit <number>", "at most this many", wholeNumber(1), 50)
    .option(...order)
    .addHelpText(
      "after",
      examples(
        ["orders dlq show order", "workflows that were not started, and why"],
        [`orders dlq show customer --order ${ID}`, "one order's unsent emails"],
        ["orders dlq show events --json", "complete messages, for scripts"],
      ),
    )
    .action(perform(async (context: Showing, name: QueueName) => (await verbs()).show(context, name)));

  dlq
    .command("redrive")
    .description("Sends messages back to where they failed. Those that can't be sent stay.")
    .addArgument(queue())
    .option("-n, --limit <number>", "at most this many", wholeNumber(1))
    .option(...order)
    .option("--dry-run", "only show what would be sent")
    .addHelpText(
      "after",
      examples(
        ["orders dlq show order", "why workflows were not started: fix the cause"],
        ["orders dlq redrive order --limit 1", "try with one"],
        ["orders dlq redrive order", "send all others back"],
      ),
    )
    .action(perform(async (context: Redriving, name: QueueName) => (await verbs()).redrive(context, name)));

  dlq
    .command("purge")
    .description("Deletes messages for good. Shows them, and asks first.")
    .addArgument(queue())
    .option(...order)
    .option("-y, --yes", "don't ask")
    .addHelpText(
      "after",
      examples(
        ["orders dlq purge customer", "what would be lost, and whether to go on"],
        [`orders dlq purge customer --order ${ID} --yes`, "delete one order's messages"],
      ),
    )
    .action(perform(async (context: Purging, name: QueueName) => (await verbs()).purge(context, name)));
}
