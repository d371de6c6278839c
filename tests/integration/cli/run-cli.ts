import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { ExitCode } from "../../../cli/exit-codes.ts";
import { run } from "../../../cli/program.ts";
import type { TestStack } from "../../support/stack.ts";

/** The result of running the `orders` command. */
export interface CliResult {
  output: string;
  errors: string;
  exitCode: ExitCode;
}

interface CliInput {
  /** Standard input. */
  input?: string;
}

/** Runs the `orders` command on a stack, in this process. The command finds the stack by its name, as for operators. */
export async function orders({ name }: TestStack, args: string[], input: CliInput = {}): Promise<CliResult> {
  return runCli(["--stack", name, ...args], input);
}

/** Runs the `orders` command in this process. */
export async function runCli(args: string[], { input = "" }: CliInput = {}): Promise<CliResult> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = Readable.from([input]);
  const printed = Promise.all([text(stdout), text(stderr)]);
  const exitCode = await run(args, { stdin, stdout, stderr, interruption: () => new AbortController().signal });
  for (const stream of [stdout, stderr]) stream.end();
  const [output, errors] = await printed;
  return { output, errors, exitCode };
}

/** Runs the `orders` command on a stack with `--json`. @returns The document. @throws Error unless it succeeds. */
export async function ordersJson<T>(stack: TestStack, args: string[], input: CliInput = {}): Promise<T> {
  const { output, errors, exitCode } = await orders(stack, [...args, "--json"], input);
  if (exitCode !== 0 || errors !== "") throw new Error(`orders ${args.join(" ")} ended with ${exitCode}: ${errors}`);
  return JSON.parse(output) as T;
}
