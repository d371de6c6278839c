import type { Command } from "commander";
import type { Perform } from "../context.ts";
import { CommandFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { examples, ID } from "../help.ts";
import { orderId, time } from "../order-arguments.ts";
import { counted } from "../output/counted.ts";

/** Verbs that make good what was lost. docs/recovery.md says when and how. */
export function addRecoveryCommands(program: Command, perform: Perform): void {
  program
    .command("restore")
    .description("Copies missing items from a table restored from a backup. Existing items stay as they are.")
    .requiredOption("--from <table>", "name of the restored table")
    .option("-y, --yes", "copy them; without this, only show what is missing")
    .addHelpText(
      "after",
      examples(
        ["orders restore --from orders-restored", "shows what is missing"],
        ["orders restore --from orders-restored --yes", "copies the missing items"],
      ),
    )
    .action(
      perform<[], { from: string; yes?: true }>(async ({ stack, options: { from, yes } }) => {
        const { ordersTable } = await import("../../stacks/orders-table.ts");
        const { restore } = await import("../../store/restore.ts");
        const db = ordersTable(await stack());
        const isDryRun = !yes;
        const restored = await restore(db, { from, isDryRun }).catch((error) => {
          if (error.name !== "ResourceNotFoundException") throw error;
          throw new CommandFailure(EXIT.NOT_FOUND, `There is no table ${from}. Is it in the stack's region?`);
        });

        const { items, missing, orders, open } = restored;
        const found = `${missing} of ${items} items of ${from} were missing in ${db.table}, among them ${counted(orders.length, "order")}.`;
        const done = isDryRun ? "Nothing was written: add --yes to copy them." : "They have been copied.";
        const unfinished = "These orders were in progress at the time of the backup; the sweeper continues them:";
        const lines = [found, ...(missing > 0 ? [done] : []), ...(open.length > 0 ? [unfinished, ...open] : [])];
        return { data: { ...restored, copied: !isDryRun }, text: lines.join("\n") };
      }),
    );

  program
    .command("events")
    .description("The orders' events.")
    .command("replay")
    .description("Publishes events again, for a subscriber that lost them. All subscribers get them.")
    .option("--order <id>", "of this order", orderId)
    .option("--from <time>", "of all orders, from this time, e.g. 2027-01-31T12:00:00Z", time)
    .option("--to <time>", "until this time; default now", time)
    .addHelpText(
      "after",
      examples(
        [`orders events replay --order ${ID}`, "what happened to an order"],
        ["orders events replay --from 2027-01-31T12:00:00Z --to 2027-01-31T13:00:00Z", "what happened in an hour"],
      ),
    )
    .action(
      perform<[], { order?: string; from?: Date; to?: Date }>(async ({ stack, options, tell }) => {
        const { order, from, to = new Date() } = options;
        if ((order === undefined) === (from === undefined)) {
          throw new CommandFailure(EXIT.USAGE, "Say which events: either --order, or --from and --to.");
        }
        const deployed = await stack();
        const { fullOrderId } = await import("../order-id.ts");
        const { SNSClient } = await import("@aws-sdk/client-sns");
        const { ordersTable } = await import("../../stacks/orders-table.ts");
        const { findEvents } = await import("../../store/events.ts");
        const { replay } = await import("./replay.ts");
        const selection = from === undefined ? { orderId: await fullOrderId(deployed, order ?? "") } : { from, to };
        const topic = { client: new SNSClient(deployed.awsClient), topicArn: deployed.output("eventsTopicArn") };

        let published = 0;
        for await (const events of findEvents(ordersTable(deployed), selection)) {
          await replay(topic, events);
          published += events.length;
          if (events.length > 0) tell(`${counted(published, "event")} …`);
        }
        if (published === 0) throw new CommandFailure(EXIT.NOT_FOUND, "There are no such events.");
        return { data: { published }, text: `Published ${counted(published, "event")} again.` };
      }),
    );
}
