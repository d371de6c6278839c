import { PassThrough } from "node:stream";
import type { Command } from "commander";
import type { Perform } from "../../cli/context.ts";
import { programOf } from "../../cli/program.ts";

/** What a command line asks for. */
export interface Parsed {
  verb: string;
  args: unknown[];
  options: Record<string, unknown>;
}

/** The command with all its verbs, which do nothing. @param perform - Stands in for what makes them do something. */
export function idleProgram(perform: Perform = () => async () => {}): Command {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  return programOf(perform, { stdin, stdout, stderr, interruption: () => new AbortController().signal });
}

/** Reads a command line, and does nothing. @throws CommanderError for wrong usage. */
export async function parsed(...args: string[]): Promise<Parsed> {
  let found: Parsed | undefined;
  const perform: Perform =
    () =>
    async (...all) => {
      const command = all.at(-1) as Command;
      found = { verb: command.name(), args: command.processedArgs, options: command.optsWithGlobals() };
    };
  await idleProgram(perform).parseAsync(args, { from: "user" });
  if (!found) throw new Error(`No verb: ${args.join(" ")}`);
  return found;
}

/** The words after `./orders` of a line for the shell, up to a pipe or a redirection, without the quotes around them. */
export function argumentsOf(line: string): string[] {
  const [, after = ""] = /\.\/orders (.*)/.exec(line) ?? [];
  const words = after.split(/ [|>] /)[0]?.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^"(.*)"$/, "$1"));
}

/** Every verb, as it is typed: `["dlq", "list"]`. */
export function verbsOf(
  command: Command = idleProgram(),
  before: string[] = [],
): { path: string[]; command: Command }[] {
  return command.commands.flatMap((verb) => {
    const path = [...before, verb.name()];
    return verb.commands.length > 0 ? verbsOf(verb, path) : [{ path, command: verb }];
  });
}

/** What every verb is typed as, groups of verbs included. */
export function pathsOf(command: Command = idleProgram(), before: string[] = []): string[][] {
  return command.commands.flatMap((verb) => {
    const path = [...before, verb.name()];
    return [path, ...pathsOf(verb, path)];
  });
}
