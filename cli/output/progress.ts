import type { Terminal } from "../context.ts";

/** How often a pipe or a file gets a line, as from the set-up. */
const INTERVAL_MS = 30_000;

/**
 * Shows the progress of long work: on a terminal as one line that is rewritten, elsewhere as a plain line now and then.
 *
 * @returns Takes the line. An empty one clears it, which must be done before anything else is printed.
 */
export function progressOn(
  { stdout, columns }: Pick<Terminal, "stdout" | "columns">,
  now = Date.now,
): (line: string) => void {
  let shown = now();
  return (line) => {
    // A longer line would wrap, and only its last part be rewritten.
    if (columns !== undefined) stdout.write(`\r\x1b[K${line.slice(0, columns - 1)}`);
    else if (line !== "" && now() - shown >= INTERVAL_MS) {
      stdout.write(`${line}\n`);
      shown = now();
    }
  };
}
