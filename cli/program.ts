import { readFileSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { Command, CommanderError, Option } from "commander";
import { root } from "../tools/paths.ts";
import { type Perform, performing, type Terminal } from "./context.ts";
import { problemDocument, problemOf, toldFailure } from "./errors.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { sentence } from "./help.ts";
import { traitsOf } from "./traits.ts";
import { addDiagnosisCommands } from "./verbs/diagnosis.ts";
import { addDeadLetterCommands } from "./verbs/dlq.ts";
import { addMessageCommands } from "./verbs/messages.ts";
import { addOrderCommands } from "./verbs/orders.ts";
import { addPaymentCommands } from "./verbs/payments.ts";
import { addPreviewCommands } from "./verbs/preview.ts";
import { addProductCommands } from "./verbs/products.ts";
import { addRecoveryCommands } from "./verbs/recovery.ts";
import { addRunCommands } from "./verbs/run.ts";
import { addShipCommands } from "./verbs/ship.ts";
import { addStackCommands } from "./verbs/stacks.ts";
import { addStockCommands } from "./verbs/stock.ts";
import { addVerifyCommands } from "./verbs/verify.ts";
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
 * Runs the command.
 *
 * @param args - Without the program's name: `["get", "0199…", "--json"]`.
 * @returns The exit code.
 */
export async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  const forScripts = isForScripts(args);
  let exitCode: ExitCode = EXIT.DONE;
  const signals: AbortSignal[] = [];
  const interruption = () => {
    const signal = terminal.interruption();
    signals.push(signal);
    return signal;
  };
  const perform = performing({ ...terminal, interruption }, (code) => {
    exitCode = code;
  });
  try {
    await programOf(perform, terminal, forScripts).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said already what was wrong, or has printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.DONE : EXIT.USAGE;
    const cause = signals.some(({ aborted }) => aborted) ? new DOMException("Interrupted.", "AbortError") : error;
    const failure = toldFailure(cause);
    const told = forScripts
      ? JSON.stringify(problemOf(cause), null, 2)
      : styleText("red", failure.sentence, { stream: terminal.stderr });
    terminal.stderr.write(`${told}\n`);
    return failure.exitCode;
  }
}

/** The command with all its verbs. */
export function programOf(perform: Perform, { stdout, stderr, columns }: Terminal, forScripts = false): Command {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const program = new Command("./orders")
    .usage("VERB [options]")
    .description("Runs, operates, verifies and ships the order system.")
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "explain, and do nothing else")
    .addOption(new Option("-s, --stack <name>", "the stack's Pulumi name (default: local)").env("ORDERS_STACK"))
    .option("--json", "print one JSON document, for scripts")
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (verb) => verb.name(),
      visibleGlobalOptions(verb) {
        const { without = [] } = traitsOf(verb);
        const options = verb.parent === null ? [] : [...(rootOf(verb).options as Option[])];
        return options.filter(
          ({ long }) => ["--stack", "--json"].includes(long ?? "") && !without.some((name) => long === `--${name}`),
        );
      },
    })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => forScripts || stderr.write(text),
      outputError: (text, write) => {
        if (forScripts) stderr.write(`${JSON.stringify(problemDocument(sentence(text), EXIT.USAGE), null, 2)}\n`);
        else write(`${sentence(text)}\n`);
      },
      getOutHelpWidth: () => columns ?? 80,
      getErrHelpWidth: () => columns ?? 80,
    })
    .showHelpAfterError('(--help after a verb explains it; "./orders --help" lists the verbs)')
    .addHelpText("after", EXIT_CODES)
    .exitOverride();
  // What is set above, subcommands inherit when they are added.
  program.commandsGroup("Run it on this machine:");
  addRunCommands(program, perform);
  program.commandsGroup("Operate a stack, here or on AWS:");
  addOrderCommands(program, perform);
  addPaymentCommands(program, perform);
  addProductCommands(program, perform);
  addStockCommands(program, perform);
  addDiagnosisCommands(program, perform);
  addWorkflowCommands(program, perform);
  addMessageCommands(program, perform);
  addDeadLetterCommands(program, perform);
  addRecoveryCommands(program, perform);
  addStackCommands(program, perform);
  program.commandsGroup("Verify:");
  addVerifyCommands(program, perform);
  program.commandsGroup("Ship:");
  addPreviewCommands(program, perform);
  addShipCommands(program, perform);
  program.commandsGroup("Help:");
  program.helpCommand("help [verb]", "Explains a verb, as --help does.");
  // Commander would print this help, and end well.
  program.on("beforeAllHelp", ({ command, error }: { command: Command; error: boolean }) => {
    const [verb] = command.args;
    if (error || verb === undefined || command.commands.length === 0) return;
    if (![...command.commands.map((known) => known.name()), "help"].includes(verb) && !verb.startsWith("-"))
      command.error(`error: unknown command '${verb}'`);
  });
  return program;
}

function rootOf(verb: Command): Command {
  return verb.parent === null ? verb : rootOf(verb.parent);
}

function isForScripts(args: string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).includes("--json");
}
