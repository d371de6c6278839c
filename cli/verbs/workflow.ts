import type { Command } from "commander";
import type { Context, Perform } from "../context.ts";
import { examples, ID } from "../help.ts";
import { orderArgument } from "../order-arguments.ts";
import { nextCommand } from "../output/next-command.ts";
import { eventsText, executionsText } from "../output/workflow-text.ts";

/** Verbs for the executions of an order's workflow. */
export function addWorkflowCommands(program: Command, perform: Perform): void {
  const workflow = program.command("workflow").description("The executions of the workflow that fulfils an order.");

  workflow
    .command("start")
    .description("Restarts an order's workflow, as the sweeper does for a stuck order. Harmless if it isn't stuck.")
    .addArgument(orderArgument())
    .addHelpText("after", examples([`orders workflow start ${ID}`, "don't wait for the sweeper"]))
    .action(
      perform(async (context, id: string) => {
        const started = await (await executionsOf(context, id)).start();
        const what = started.outcome === "started" ? "Started" : "The sweeper had already started";
        const watch = nextCommand(context.stackName, `watch ${id}`);
        return { data: started, text: `${what} ${started.execution}. Follow the order with "${watch}".` };
      }),
    );

  workflow
    .command("show")
    .description("Lists an order's executions: the first one, its cancellation's, and restarts.")
    .addArgument(orderArgument())
    .addHelpText("after", examples([`orders workflow show ${ID}`, "did one fail, and why?"]))
    .action(
      perform(async (context, id: string) => {
        const executions = await (await executionsOf(context, id)).list();
        return { data: executions, text: executionsText(executions, context.page) };
      }),
    );

  workflow
    .command("history")
    .description("Shows what happened in an execution, event by event.")
    .addArgument(orderArgument())
    .option("--execution <name>", "name of the execution (default: the last one)")
    .addHelpText(
      "after",
      examples(
        [`orders workflow history ${ID}`, "of the last execution"],
        [`orders workflow history ${ID} --execution ${ID}-r1`, "of the first restart"],
      ),
    )
    .action(
      perform<[string], { execution?: string }>(async (context, id) => {
        const history = await (await executionsOf(context, id)).history(context.options.execution);
        return { data: history, text: eventsText(history, context.page) };
      }),
    );
}

/** The executions of an order, by its id or the beginning of it. */
async function executionsOf({ stack }: Pick<Context, "stack">, id: string) {
  const { executionsOf } = await import("./executions.ts");
  return await executionsOf(await stack(), id);
}
