import type { Command } from "commander";
import { duration, orderId } from "../lib/arguments.ts";
import { findingsText, storyText, stuckText } from "../lib/diagnosis-text.ts";
import { EXIT } from "../lib/exit-codes.ts";
import type { Perform } from "../lib/frame.ts";
import { examples, ID } from "../lib/help.ts";

/** Verbs that find out what is wrong. */
export function addDiagnosisCommands(program: Command, perform: Perform): void {
  program
    .command("stuck")
    .description("Lists orders that need work but see none, the oldest first, as the sweeper finds them.")
    .option("--after <time>", "without progress for so long (default: what the stack's sweeper goes by)", duration)
    .addHelpText(
      "after",
      examples(
        ["orders stuck", "what the sweeper would start anew now"],
        ["orders stuck --after 1m", "what has begun to be late"],
        [`orders workflow start ${ID}`, "start one anew at once"],
      ),
    )
    .action(
      perform<[], { after?: number }>(async ({ stack, options, paint }) => {
        const { stuckOrders } = await import("../lib/orders-table.ts");
        const stuck = (await stuckOrders(await stack(), options.after)).map(
          ({ orderId, status, createdAt, updatedAt, cancelRequestedAt, redrives = 0, redrivenAt }) => ({
            ...{ orderId, status, createdAt, updatedAt, cancelRequestedAt, redrives, redrivenAt },
          }),
        );
        return { data: stuck, text: stuckText(stuck, paint) };
      }),
    );

  program
    .command("logs")
    .description("Tells one order's story: what every function logged of it, in the order in which it began.")
    .argument("<id>", "the order's id", orderId)
    .option("--reads", "also who merely looked at the order")
    .addHelpText(
      "after",
      examples(
        [`orders logs ${ID}`, "a line for each thing done"],
        [`orders logs ${ID} --json`, "all fields of the lines"],
      ),
    )
    .action(
      perform<[string], { reads?: true }>(async ({ stack, options, paint }, id) => {
        const { isRead, storyOf } = await import("../lib/story.ts");
        const lines = (await storyOf(await stack(), id)).filter((line) => options.reads || !isRead(line));
        return { data: lines, text: storyText(lines, paint) };
      }),
    );

  program
    .command("doctor")
    .description("Checks the tools, your credentials and the stack's health, and says what to do about what is wrong.")
    .addHelpText(
      "after",
      `\nEnds with 1 when anything is wrong.\n${examples(
        ["orders doctor", "the stack local"],
        ["orders doctor --stack prod", "another one"],
      )}`,
    )
    .action(
      perform(async (context) => {
        const { examine } = await import("../lib/doctor.ts");
        const findings = await examine(context);
        const isFine = findings.every((finding) => finding.isFine);
        return {
          data: { stack: context.options.stack, isFine, findings },
          text: findingsText(findings, context.paint),
          exitCode: isFine ? EXIT.DONE : EXIT.FAILED,
        };
      }),
    );
}
