import { styleText } from "node:util";
import type { Command } from "commander";
import { findStack } from "../stacks/find.ts";
import type { Stack } from "../stacks/stack.ts";
import type { ExitCode } from "./exit-codes.ts";

/** Where the command reads and prints. */
export interface Terminal {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  /** For verbs that must end in good order: from the call on, Ctrl-C aborts this instead of ending the process. */
  interruption(): AbortSignal;
}

/** Colours and emphasis, on a terminal only. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** The options that every verb has. */
interface GlobalOptions {
  stack: string;
  json?: true;
}

/** What a verb works with. `options` are its own and the global ones. */
export interface Context<Options = object> {
  options: GlobalOptions & Options;
  terminal: Terminal;
  paint: Paint;
  /** Finds the stack that the operator means. Costs nothing the second time. */
  stack(): Promise<Stack>;
  /** Tells a person how far it is. Silent with `--json`. */
  tell(line: string): void;
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

/** Makes an action of commander's out of a verb, which gets its arguments after the context. */
export type Perform = <Args extends unknown[], Options>(
  verb: (context: Context<Options>, ...args: Args) => Promise<Report>,
) => (...args: unknown[]) => Promise<void>;

/** @param end - Hears the exit code. */
export function performing(terminal: Terminal, end: (exitCode: ExitCode) => void): Perform {
  return (verb) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const options = command.optsWithGlobals<GlobalOptions>();
      const print = (line: string) => terminal.stdout.write(`${line}\n`);
      let stack: Promise<Stack> | undefined;
      const context: Context = {
        options,
        terminal,
        paint: (format, text) => styleText(format, text, { stream: terminal.stdout }),
        stack: () => {
          stack ??= findStack(options.stack);
          return stack;
        },
        tell: (line) => {
          if (!options.json) print(line);
        },
      };
      const { data, text, exitCode = 0 } = await verb(context as Context<never>, ...(command.processedArgs as never));
      if (options.json) print(JSON.stringify(data, null, 2));
      else if (text !== "") print(text);
      end(exitCode);
    };
}
