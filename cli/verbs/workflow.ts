import type { Command } from "commander";
import type { Perform } from "../context.ts";
import { examples, ID } from "../help.ts";
import { orderId } from "../order-arguments.ts";
import { eventsText, executionsText } from "../output/workflow-text.ts";

/** Verbs for the executions of an order's workflow. */
export function addWorkflowCommands(program: Command, perform: Perform): void {
  const workflow = program.command("workflow").description("The executions of the workflow that fulfils an order.");

  workflow
    .command("start")
    .description("Restarts an order's workflow, as the sweeper does for a stuck order. Harmless if it isn't stuck.")
    .argument("<id>", "the order's id", orderId)
    .addHelpText("after", examples([`orders workflow start ${ID}`, "don't wait for the sweeper"]))
    .action(
      perform(async ({ stack }, id: string) => {
        const { executionsOf } = await import("./executions.ts");
        const executions = await executionsOf(await stack(), id);
        const started = await executions.start();
        const what = started.outcome === "started" ? "Started" : "The sweeper had already started";
        return { data: started, text: `${what} ${started.execution}. Follow the order with "./orders watch ${id}".` };
      }),
    );

  workflow
    .command("show")
    .description("Lists an order's executions: the first one, its cancellation's, and restarts.")
    .argument("<id>", "the order's id", orderId)
    .addHelpText("after", examples([`orders workflow show ${ID}`, "did one fail, and why?"]))
    .action(
      perform(async ({ stack, page }, id: string) => {
        const { executionsOf } = await import("./executions.ts");
        const executions = await (await executionsOf(await stack(), id)).list();
        return { data: executions, text: executionsText(executions, page) };
      }),
    );

  workflow
    .command("history")
    .description("Shows what happened in an execution, event by event.")
    .argument("<id>", "the order's id", orderId)
    .option("--execution <name>", "name of the execution (default: the last one)")
    .addHelpText(
      "after",
      examples(
        [`orders workflow history ${ID}`, "of the last execution"],
        [`orders workflow history ${ID} --execution ${ID}-r1`, "of the first restart"],
      ),
    )
    .action(
      perform<[string], { execution?: string }>(async ({ stack, options, page }, id) => {
        const { executionsOf } = await import("./executions.ts");
        const history = await (await executionsOf(await stack(), id)).history(options.execution);
        return { data: history, text: eventsText(history, page) };
      }),
    );
}
