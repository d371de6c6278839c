import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import type { Command } from "commander";
import { LOCAL_STACK } from "../stacks/names.ts";
import type { Stack } from "../stacks/stack.ts";
import { CommandFailure } from "./errors.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Page } from "./output/page.ts";
import { traitsOf } from "./traits.ts";

/** Where the command reads and prints. */
export interface Terminal {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  /** Width of the terminal that `stdout` is. A pipe or a file has none. */
  columns?: number | undefined;
  /** Whether somebody is there to answer questions. */
  canAsk?: boolean;
  /** For verbs that must end in good order: from the call on, Ctrl-C aborts this instead of ending the process. */
  interruption(): AbortSignal;
}

/** The options that every verb has. */
interface GlobalOptions {
  stack?: string;
  json?: true;
}

/** What a verb works with. `options` are its own and the global ones. */
export interface Context<Options = object> {
  options: GlobalOptions & Options;
  terminal: Terminal;
  page: Page;
  /** The stack that is meant: `local`, unless another is named. */
  stackName: string;
  /** Finds the stack that is meant. Costs nothing the second time. */
  stack(): Promise<Stack>;
  /** Tells a person how far it is. Silent with `--json`. */
  tell(line: string): void;
  /**
   * Asks before something that can't be undone. Options with `yes` are the answer.
   *
   * @param question - Such as `Cancel the order 0195…?`
   * @throws CommandFailure if the answer is no, or nobody is there to answer.
   */
  confirm(question: string): Promise<void>;
}

/** What a verb answers. */
export interface Report {
  /** Printed with `--json`, as one document. */
  data: unknown;
  /** Printed otherwise, where there is anything to say. */
  text: string;
  /** Default DONE. */
  exitCode?: ExitCode;
}

/** The answer of a verb that has told everything already. */
export const TOLD: Report = { data: undefined, text: "" };

/** Makes an action of commander's out of a verb, which gets its arguments after the context. */
export type Perform = <Args extends unknown[], Options>(
  verb: (context: Context<Options>, ...args: Args) => Promise<Report>,
) => (...args: unknown[]) => Promise<void>;

/** @param end - Hears the exit code. */
export function performing(terminal: Terminal, end: (exitCode: ExitCode) => void): Perform {
  return (verb) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const { tools = [], without = [] } = traitsOf(command);
      const options = command.optsWithGlobals<GlobalOptions & { yes?: true }>();
      if (!options.stack) delete options.stack; // a script's variable that is not set
      for (const option of without) {
        if (options[option] !== undefined && !(option === "stack" && isInherited(command)))
          throw new CommandFailure(EXIT.USAGE, `"${command.name()}" has no option --${option}.`);
      }
      const { setUpTools } = await import("../tools/setup/set-up.mjs");
      await setUpTools(tools).catch(explain);
      const print = (line: string) => terminal.stdout.write(`${line}\n`);
      const stackName = options.stack ?? LOCAL_STACK;
      let stack: Promise<Stack> | undefined;
      const context: Context = {
        ...{ options, terminal, stackName },
        page: {
          columns: terminal.columns,
          paint: (format, text) => styleText(format, text, { stream: terminal.stdout }),
        },
        stack: () => {
          stack ??= import("../stacks/find.ts").then(({ findStack }) => findStack(stackName));
          return stack;
        },
        tell: (line) => {
          if (!options.json) print(line);
        },
        confirm: async (question) => {
          if (!options.yes) await ask(terminal, question);
        },
      };
      const { data, text, exitCode = 0 } = await verb(context as Context<never>, ...(command.processedArgs as never));
      if (options.json) print(JSON.stringify(data, null, 2));
      else if (text !== "") print(text);
      end(exitCode);
    };
}

/** Whether the stack was named by the environment alone, which is not meant for every verb. */
function isInherited(command: Command): boolean {
  return command.getOptionValueSourceWithGlobals("stack") === "env";
}

/** Says in a sentence why the set-up failed: its errors are npm's, pip's and Go's own. */
async function explain(error: Error): Promise<never> {
  const { explainError } = await import("../tools/setup/explain-error.mjs");
  throw new CommandFailure(EXIT.FAILED, explainError(error), { cause: error });
}

async function ask({ stdin, stderr, canAsk }: Terminal, question: string): Promise<void> {
  if (!canAsk) throw new CommandFailure(EXIT.FAILED, `${question} Nothing was done: add --yes to confirm.`);
  const lines = createInterface({ input: stdin, output: stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure(EXIT.FAILED, "Nothing was done.");
}
