import { Command, CommanderError, Option } from "commander";
import { LOCAL_STACK } from "../stacks/record.ts";
import { sentence } from "./command-line.ts";
import { type Perform, performing, type Terminal } from "./context.ts";
import { toldFailure } from "./errors.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { addDiagnosisCommands } from "./verbs/diagnosis.ts";
import { addDeadLetterCommands } from "./verbs/dlq.ts";
import { addOrderCommands } from "./verbs/orders.ts";
import { addProductCommands } from "./verbs/products.ts";
import { addRecoveryCommands } from "./verbs/recovery.ts";
import { addStackCommands } from "./verbs/stacks.ts";
import { addWorkflowCommands } from "./verbs/workflow.ts";

const EXIT_CODES = `
Exit codes:
  0    done
  1    failed, refused, or found wanting: a sentence on standard error says what
  2    wrong usage
  3    not found
  4    the watched order ended FAILED or CANCELLED
  5    the watched order was not final in time
  130  interrupted`;

/**
 * Runs the operators' command.
 *
 * @param args - Without the program's name: `["get", "0199…", "--json"]`.
 * @returns The exit code.
 */
export async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.DONE;
  const perform = performing(terminal, (code) => {
    exitCode = code;
  });
  try {
    await programOf(perform, terminal).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said already what was wrong, or has printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.DONE : EXIT.USAGE;
    const failure = toldFailure(error);
    terminal.stderr.write(`${failure.sentence}\n`);
    return failure.exitCode;
  }
}

/** The command with all its verbs. */
export function programOf(perform: Perform, { stdout, stderr }: Terminal): Command {
  const program = new Command("orders")
    .description(
      "Operates a deployed order system: the stack local, or any other by name.\n" +
        "Runs as npx orders …, or npm run orders -- …; docs/operations.md explains it by task.",
    )
    .addOption(new Option("-s, --stack <name>", "the stack's Pulumi name").env("ORDERS_STACK").default(LOCAL_STACK))
    .option("--json", "print one JSON document, for scripts")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(`${sentence(text)}\n`),
    })
    .showHelpAfterError("(--help after a verb explains it)")
    .addHelpText("after", EXIT_CODES)
    .exitOverride();
  // What is set above, subcommands inherit when they are added.
  addOrderCommands(program, perform);
  addProductCommands(program, perform);
  addWorkflowCommands(program, perform);
  addDeadLetterCommands(program, perform);
  addDiagnosisCommands(program, perform);
  addStackCommands(program, perform);
  addRecoveryCommands(program, perform);
  return program;
}
