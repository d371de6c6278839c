import { styleText } from "node:util";

/**
 * Runs a command: Ctrl-C and SIGTERM abort the signal, so that it can end in good order, and whatever it throws is told in
 * its own words, without a stack trace.
 */
export async function command(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => interruption.abort());
  // A reader that goes away, as in "npm start | head", must not break a deployment in the middle.
  process.stdout.on("error", () => {});
  try {
    await run(interruption.signal);
  } catch (error) {
    console.error(
      interruption.signal.aborted ? "Interrupted." : styleText("red", wordsOf(error), { stream: process.stderr }),
    );
    process.exitCode = interruption.signal.aborted ? 130 : 1;
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SyntaxError ? (error.stack ?? error.message) : error.message; // its stack has file and line
}
