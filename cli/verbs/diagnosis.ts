import type { Command } from "commander";
import { duration } from "../arguments.ts";
import type { Perform } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { examples, ID } from "../help.ts";
import { orderArgument } from "../order-arguments.ts";
import { attentionText, findingsText, storyText, stuckText } from "../output/diagnosis-text.ts";
import { nextCommand } from "../output/next-command.ts";

/** Verbs that find out what is wrong. */
export function addDiagnosisCommands(program: Command, perform: Perform): void {
  program
    .command("stuck")
    .description(
      "Lists orders that need work but make no progress, the oldest first. The sweeper keeps restarting them.",
    )
    .option(
      "--after <time>",
      "without progress for at least this long (default: the stack's sweeper setting)",
      duration,
    )
    .addHelpText(
      "after",
      examples(
        ["orders stuck", "what the sweeper takes care of"],
        ["orders stuck --after 1m", "what is starting to be late"],
        [`orders workflow start ${ID}`, "restart one right away"],
      ),
    )
    .action(
      perform<[], { after?: number }>(async ({ stack, options, page }) => {
        const { findStuckOrders } = await import("./stuck-orders.ts");
        const stuck = (await findStuckOrders(await stack(), options.after)).map(
          ({ orderId, status, createdAt, updatedAt, cancelRequestedAt, redrives = 0, redrivenAt }) => ({
            ...{ orderId, status, createdAt, updatedAt, cancelRequestedAt, redrives, redrivenAt },
          }),
        );
        return { data: stuck, text: stuckText(stuck, page) };
      }),
    );

  program
    .command("attention")
    .description("Lists orders that are parked until a person has settled what a machine can't, the oldest first.")
    .addHelpText(
      "after",
      examples(
        ["orders attention", "what waits for you, and why"],
        [`orders resume ${ID}`, "go on with one, once that is settled"],
      ),
    )
    .action(
      perform(async ({ stack, page }) => {
        const { ordersTable } = await import("../../stacks/orders-table.ts");
        const { parkedOrders } = await import("../../store/attention.ts");
        const parked = (await parkedOrders(ordersTable(await stack()))).map(
          ({ orderId, status, cancelRequestedAt, attention }) => ({ orderId, status, cancelRequestedAt, attention }),
        );
        return { data: parked, text: attentionText(parked, page) };
      }),
    );

  program
    .command("resume")
    .description("Goes on with a parked order: clears its mark, and starts its workflow again.")
    .addArgument(orderArgument())
    .addHelpText("after", examples([`orders resume ${ID}`, "once its reason is settled with the payment provider"]))
    .action(
      perform(async ({ stack, stackName }, id: string) => {
        const { executionsOf } = await import("./executions.ts");
        const started = await (await executionsOf(await stack(), id)).resume();
        const text = `Started ${started.execution}. Follow the order with "${nextCommand(stackName, `watch ${id}`)}".`;
        return { data: started, text };
      }),
    );

  program
    .command("logs")
    .description("Shows one order's story: what every function logged about it, sorted by start time.")
    .addArgument(orderArgument())
    .option("--reads", "also include reads of the order")
    .addHelpText(
      "after",
      examples([`orders logs ${ID}`, "one line per action"], [`orders logs ${ID} --json`, "all fields of each line"]),
    )
    .action(
      perform<[string], { reads?: true }>(async ({ stack, options, page }, id) => {
        const { isRead, storyOf } = await import("./order-log.ts");
        const { fullOrderId } = await import("../order-id.ts");
        const lines = (await storyOf(await stack(), await fullOrderId(await stack(), id))).filter(
          (line) => options.reads || !isRead(line),
        );
        return { data: lines, text: storyText(lines, page) };
      }),
    );

  program
    .command("doctor")
    .description("Checks the tools, your credentials and the stack's health, and says how to fix what is wrong.")
    .addHelpText(
      "after",
      `\nExits with 1 when anything is wrong.\n${examples(
        ["orders doctor", "the stack local"],
        ["orders doctor --stack prod", "another stack"],
      )}`,
    )
    .action(
      perform(async (context) => {
        const { examine } = await import("./doctor.ts");
        const findings = await examine(context);
        const isFine = findings.every((finding) => finding.isFine);
        return {
          data: { stack: context.stackName, isFine, findings },
          text: findingsText(findings, context.page),
          exitCode: isFine ? EXIT.DONE : EXIT.FAILED,
        };
      }),
    );
}
