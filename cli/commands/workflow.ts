import type { Command } from "commander";
import { orderId } from "../lib/arguments.ts";
import type { Perform } from "../lib/frame.ts";
import { examples, ID } from "../lib/help.ts";
import { eventsText, executionsText } from "../lib/workflow-text.ts";

/** Verbs for the executions of an order's workflow. */
export function addWorkflowCommands(program: Command, perform: Perform): void {
  const workflow = program.command("workflow").description("The executions of the workflow that fulfils an order.");

  workflow
    .command("start")
    .description("Starts an order's workflow anew, as the sweeper does for one that is stuck. Harmless where it isn't.")
    .argument("<id>", "the order's id", orderId)
    .addHelpText("after", examples([`orders workflow start ${ID}`, "don't wait for the sweeper"]))
    .action(
      perform(async ({ stack }, id: string) => {
        const { OrderExecutions } = await import("../lib/workflow.ts");
        const started = await new OrderExecutions(await stack(), id).start();
        const what = started.outcome === "started" ? "Started" : "The sweeper was faster and started";
        return { data: started, text: `${what} ${started.execution}. Follow the order with "orders watch ${id}".` };
      }),
    );

  workflow
    .command("show")
    .description("Lists an order's executions: its own, its cancellation's, and those that were started anew.")
    .argument("<id>", "the order's id", orderId)
    .addHelpText(
      "after",
      `\nSTANDARD workflows only: of EXPRESS ones, Step Functions keeps no list.\n${examples([
        `orders workflow show ${ID}`,
        "did one fail, and why?",
      ])}`,
    )
    .action(
      perform(async ({ stack, paint }, id: string) => {
        const { OrderExecutions } = await import("../lib/workflow.ts");
        const executions = await new OrderExecutions(await stack(), id).list();
        return { data: executions, text: executionsText(executions, paint) };
      }),
    );

  workflow
    .command("history")
    .description("Shows what happened in an execution, event by event.")
    .argument("<id>", "the order's id", orderId)
    .option("--execution <name>", "which one, by its name (default: the last one)")
    .addHelpText(
      "after",
      `\nSTANDARD workflows only: of EXPRESS ones, Step Functions keeps no history.\n${examples(
        [`orders workflow history ${ID}`, "of the last execution"],
        [`orders workflow history ${ID} --execution ${ID}-r1`, "of the first that was started anew"],
      )}`,
    )
    .action(
      perform<[string], { execution?: string }>(async ({ stack, options, paint }, id) => {
        const { OrderExecutions } = await import("../lib/workflow.ts");
        const history = await new OrderExecutions(await stack(), id).history(options.execution);
        return { data: history, text: eventsText(history, paint) };
      }),
    );
}
