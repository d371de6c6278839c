import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ExitCode } from "../../cli/exit-codes.ts";
import { run } from "../../cli/program.ts";
import type { TestStack } from "./stack.ts";

/** What a run of `./orders` came to. */
export interface CommandRun {
  output: string;
  errors: string;
  exitCode: ExitCode;
}

/** What a run is given beside its arguments. */
interface Surroundings {
  input?: string;
  /** Aborting it is the operator's Ctrl-C. */
  interruption?: AbortSignal;
  /** Width of the terminal; a pipe, where there is none. */
  columns?: number;
  /** Whether the input answers questions. */
  canAsk?: boolean;
}

/** Runs `./orders` on a stack, in this process: it finds the stack by its name, as for any operator. */
export async function orders({ name }: TestStack, args: string[], around: Surroundings = {}): Promise<CommandRun> {
  return ordersAnywhere(["--stack", name, ...args], around);
}

/** Runs `./orders`, in this process. */
export async function ordersAnywhere(args: string[], around: Surroundings = {}): Promise<CommandRun> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const signal = around.interruption ?? new AbortController().signal;
  const stdin = Readable.from([around.input ?? ""]);
  const printed = Promise.all([text(stdout), text(stderr)]);
  const exitCode = await run(args, {
    ...{ stdin, stdout, stderr, interruption: () => signal },
    columns: around.columns,
    canAsk: around.canAsk ?? false,
  });
  for (const stream of [stdout, stderr]) stream.end();
  const [output, errors] = await printed;
  return { output, errors, exitCode };
}

/** Runs `./orders` with `--json`, which must be done without a word of failure. @returns The document. */
export async function ordersJson<T>(stack: TestStack, args: string[], around: Surroundings = {}): Promise<T> {
  const { output, errors, exitCode } = await orders(stack, [...args, "--json"], around);
  if (exitCode !== 0 || errors !== "") throw new Error(`orders ${args.join(" ")} ended with ${exitCode}: ${errors}`);
  return JSON.parse(output) as T;
}
