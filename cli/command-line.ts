import { Command } from "commander";

/**
 * The command line of a command, to add its options to. What is wrong with it is thrown, a sentence; `--help` prints and
 * ends the process with 0.
 *
 * @param start - How people start it: `npm run load --`.
 */
export function commandLine(start: string, description: string): Command {
  return new Command(start)
    .description(description)
    .configureOutput({ outputError: () => {} })
    .exitOverride(({ message }) => {
      // Anything else is help, which is printed by now.
      if (message.startsWith("error: ")) throw new Error(`${sentence(message)} "${start} --help" tells what it takes.`);
    });
}

/** Commander's `error: missing required argument 'id'`, as a sentence. */
export function sentence(error: string): string {
  const text = error.replace(/^error: /, "").trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?)]$/.test(text) ? "" : "."}`;
}
