// npm run preview -- up|test|comment|down|all --number 123: the life of a pull request's stack, step by step, on this
// machine or on AWS. docs/deploy.md tells more.

import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { PreviewReport, PreviewTarget } from "../../delivery/preview/report.ts";
import * as steps from "../../delivery/preview/steps.ts";
import { atWork } from "../../delivery/preview/work.ts";
import { expiryAfter } from "../../stacks/stages.ts";
import { gitOutput } from "../../tools/git.ts";
import { root } from "../../tools/paths.ts";
import { positiveNumber } from "../arguments.ts";
import { command } from "../command.ts";
import { commandLine } from "../command-line.ts";

interface Options {
  number: string;
  target: PreviewTarget;
}

interface UpOptions extends Options {
  commit?: string;
  owner: string;
  hours: number;
}

interface CommentOptions extends Options {
  base?: string;
  output?: string;
}

await command(async (signal) => {
  const program = commandLine("npm run preview --", "Takes the stack of a pull request through its life.");
  step("up", "Brings the stack up, or up to date.", upOptions).action((options: UpOptions) =>
    within(options, () => steps.up(reportOf(options), signal)),
  );
  step("test", "Runs the smoke test and the suites that can share a stack.").action((options: Options) =>
    within(options, () => steps.test(nameOf(options), signal)),
  );
  step("comment", "Prints the comment for the pull request.", commentOptions).action((options: CommentOptions) =>
    within(options, () => comment(options)),
  );
  step("down", "Takes the stack away.").action((options: Options) =>
    within(options, () => steps.down(nameOf(options), options.target, signal)),
  );
  step("all", "All of these, and the stack is taken away whatever happens.", upOptions, commentOptions).action(
    (options: UpOptions & CommentOptions) => within(options, () => all(options)),
  );
  await program.parseAsync();

  function step(name: string, description: string, ...more: ((step: Command) => void)[]): Command {
    const added = program
      .command(name)
      .description(description)
      .requiredOption("--number <number>", "of the pull request", pullRequest)
      .addOption(new Option("--target <target>", "where").choices(["local", "aws"]).default("local"));
    for (const add of more) add(added);
    return added;
  }

  async function all(options: UpOptions & CommentOptions): Promise<void> {
    try {
      await steps.up(reportOf(options), signal);
      await steps.test(nameOf(options), signal);
    } finally {
      try {
        if (!signal.aborted) await comment(options);
      } finally {
        // An interrupted run cleans up, too.
        await steps.down(nameOf(options), options.target, new AbortController().signal);
      }
    }
  }
});

function upOptions(step: Command): void {
  step
    .option("--commit <sha>", "what is deployed; the checkout's commit where none is given")
    .option("--owner <name>", "who is responsible", process.env.GITHUB_ACTOR ?? userInfo().username)
    .option("--hours <number>", "until it may be taken away", positiveNumber("hours, such as 72"), 72);
}

function commentOptions(step: Command): void {
  step
    .option("--base <ref>", "what the resources are compared with; origin/main or main where none is given")
    .option("--output <file>", "where the comment is written to; printed where none is given");
}

async function comment({ output, base = defaultBase(), ...options }: CommentOptions): Promise<void> {
  const text = await steps.comment(nameOf(options), base);
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
}

function within(options: Options, work: () => Promise<void>): Promise<void> {
  return atWork(nameOf(options), work);
}

function nameOf({ number }: Options): string {
  return `pr-${number}`;
}

function reportOf(options: UpOptions): PreviewReport {
  const { target, owner, commit = gitOutput(root, "rev-parse", "HEAD") } = options;
  return { stack: nameOf(options), target, owner, commit, expiry: expiryAfter(options.hours) };
}

function defaultBase(): string {
  try {
    gitOutput(root, "rev-parse", "--verify", "origin/main");
    return "origin/main";
  } catch {
    return "main";
  }
}

function pullRequest(text: string): string {
  if (/^[1-9]\d*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the number of a pull request, such as 123.");
}
