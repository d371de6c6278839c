import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ExitCode } from "../../cli/exit-codes.ts";
import { run } from "../../cli/program.ts";
import type { TestStack } from "./stack.ts";

/** The result of running `./orders`. */
export interface CliResult {
  output: string;
  errors: string;
  exitCode: ExitCode;
}

interface CliInput {
  /** Standard input. */
  input?: string | Buffer;
  /** The terminal's width. Default none: a pipe. */
  columns?: number;
  /** Whether someone answers questions. Default false. */
  canAsk?: boolean;
}

/** Runs `./orders` on a stack, in this process. The command finds the stack by its name, as for operators. */
export async function orders({ name }: TestStack, args: string[], input: CliInput = {}): Promise<CliResult> {
  return runCli(["--stack", name, ...args], input);
}

/** Runs `./orders` in this process. */
export async function runCli(
  args: string[],
  { input = "", columns, canAsk = false }: CliInput = {},
): Promise<CliResult> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = Readable.from([input]);
  const printed = Promise.all([text(stdout), text(stderr)]);
  const interruption = () => new AbortController().signal;
  const exitCode = await run(args, { stdin, stdout, stderr, interruption, columns, canAsk });
  for (const stream of [stdout, stderr]) stream.end();
  const [output, errors] = await printed;
  return { output, errors, exitCode };
}

/** Runs `./orders` on a stack with `--json`. @returns The document. @throws Error unless it succeeds. */
export async function ordersJson<T>(stack: TestStack, args: string[], input: CliInput = {}): Promise<T> {
  const { output, errors, exitCode } = await orders(stack, [...args, "--json"], input);
  if (exitCode !== 0 || errors !== "") throw new Error(`orders ${args.join(" ")} ended with ${exitCode}: ${errors}`);
  return JSON.parse(output) as T;
}
