// npm run preview -- up|test|comment|down|all --number 123: manages a pull request's preview stack, on this machine or on
// AWS. See docs/deploy.md, Previews.

import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { type Command, Option } from "commander";
import { withLock } from "../../delivery/preview/lock.ts";
import { type Preview, previewOf } from "../../delivery/preview/preview.ts";
import type { PreviewTarget } from "../../delivery/preview/report.ts";
import * as steps from "../../delivery/preview/steps.ts";
import { expiryAfter, type PreviewLabels } from "../../stacks/stages.ts";
import { ask } from "../../tools/git.ts";
import { root } from "../../tools/paths.ts";
import { positiveNumber, wholeNumber } from "../arguments.ts";
import { command } from "../command.ts";
import { commandLine } from "../command-line.ts";

interface Options {
  number: number;
  target?: PreviewTarget;
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
  const program = commandLine("npm run preview --", "Manages a pull request's preview stack.");
  step("up", "Creates or updates the stack.", upOptions).action((options: UpOptions) =>
    withPreview(options, (preview) => steps.up(preview, labelsOf(options), signal)),
  );
  step("test", "Runs the smoke test and the suites that can share a stack.").action((options: Options) =>
    withPreview(options, (preview) => steps.test(preview, signal)),
  );
  step("comment", "Prints the comment for the pull request.", commentOptions).action((options: CommentOptions) =>
    withPreview(options, (preview) => comment(preview, options)),
  );
  step("down", "Destroys the stack.").action((options: Options) =>
    withPreview(options, (preview) => steps.down(preview, signal)),
  );
  step("all", "Runs all of these; destroys the stack whatever happens.", upOptions, commentOptions).action(
    (options: UpOptions & CommentOptions) => withPreview(options, (preview) => all(preview, options)),
  );
  await program.parseAsync();

  function step(name: string, description: string, ...more: ((step: Command) => void)[]): Command {
    const added = program
      .command(name)
      .description(description)
      .requiredOption("--number <number>", "the pull request", wholeNumber(1))
      .addOption(
        new Option("--target <target>", "where (default: where it was last deployed, or else local)").choices([
          "local",
          "aws",
        ]),
      );
    for (const add of more) add(added);
    return added;
  }

  async function all(preview: Preview, options: UpOptions & CommentOptions): Promise<void> {
    try {
      await steps.up(preview, labelsOf(options), signal);
      await steps.test(preview, signal);
    } finally {
      try {
        if (!signal.aborted) await comment(preview, options);
      } finally {
        // With a signal of its own: an interrupted run cleans up, too.
        await steps.down(preview, new AbortController().signal);
      }
    }
  }
});

function upOptions(step: Command): void {
  step
    .option("--commit <sha>", "the commit it is labelled with (default: the one checked out)")
    .option("--owner <name>", "who is responsible for it", process.env.GITHUB_ACTOR ?? userInfo().username)
    .option("--hours <number>", "how long it is kept", positiveNumber("hours, such as 72"), 72);
}

function commentOptions(step: Command): void {
  step
    .option("--base <ref>", "what its resources are compared with (default: origin/main, or else main)")
    .option("--output <file>", "the file to write the comment to, instead of printing it");
}

async function comment(preview: Preview, { output, base = defaultBase() }: CommentOptions): Promise<void> {
  const text = await steps.comment(preview, base);
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
}

function withPreview({ number, target }: Options, work: (preview: Preview) => Promise<void>): Promise<void> {
  const preview = previewOf(number, target);
  return withLock(preview, () => work(preview));
}

function labelsOf({ owner, hours, commit = ask(root, "rev-parse", "HEAD") }: UpOptions): PreviewLabels {
  return { owner, commit, expiry: expiryAfter(hours) };
}

function defaultBase(): string {
  try {
    ask(root, "rev-parse", "--verify", "origin/main");
    return "origin/main";
  } catch {
    return "main";
  }
}
