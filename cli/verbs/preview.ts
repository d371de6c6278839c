import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { type Command, Option } from "commander";
import type { Preview } from "../../delivery/preview/previews.ts";
import type { PreviewTarget } from "../../delivery/preview/report.ts";
import type { PreviewLabels } from "../../stacks/stages.ts";
import { gitOutput } from "../../tools/git.ts";
import { root } from "../../tools/paths.ts";
import { positiveNumber, wholeNumber } from "../arguments.ts";
import { type Context, type Perform, type Report, TOLD } from "../context.ts";
import { examples } from "../help.ts";
import { withTraits } from "../traits.ts";

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

/** Verbs for a pull request's preview stack. docs/deploy.md explains them. */
export function addPreviewCommands(program: Command, perform: Perform): void {
  const preview = program.command("preview").description("Manages a pull request's preview stack, here or on AWS.");

  step("up", "Creates or updates the stack.", ["pr-123, on this machine", "--target aws"], upOptions).action(
    perform((context: Context<UpOptions>) =>
      withPreview(context, async ({ up }, preview, signal) => up(preview, await labelsOf(context.options), signal)),
    ),
  );
  step("test", "Runs the smoke test and the suites that can share a stack.", ["where it was last deployed"]).action(
    perform((context: Context<Options>) => withPreview(context, ({ test }, preview, signal) => test(preview, signal))),
  );
  step(
    "comment",
    "Prints the comment for the pull request.",
    ["after the tests", "--output comment.md"],
    commentOptions,
  ).action(
    perform((context: Context<CommentOptions>) =>
      withPreview(context, (steps, preview) => comment(steps, preview, context.options)),
    ),
  );
  step("down", "Destroys the stack.", ["when the pull request is closed"]).action(
    perform((context: Context<Options>) => withPreview(context, ({ down }, preview, signal) => down(preview, signal))),
  );
  step(
    "all",
    "Runs all of these; destroys the stack whatever happens.",
    ["a rehearsal"],
    upOptions,
    commentOptions,
  ).action(
    perform((context: Context<UpOptions & CommentOptions>) =>
      withPreview(context, (steps, preview, signal) => all(steps, preview, context.options, signal)),
    ),
  );

  function step(
    name: string,
    description: string,
    [does, more = ""]: [does: string, more?: string],
    ...options: ((step: Command) => void)[]
  ): Command {
    const added = withTraits(preview.command(name), { tools: ["k6"], without: ["stack", "json"] })
      .description(description)
      .requiredOption("--number <number>", "the pull request", wholeNumber(1))
      .addOption(
        new Option("--target <target>", "where (default: where it was last deployed, or else local)").choices([
          "local",
          "aws",
        ]),
      );
    for (const add of options) add(added);
    const line = `orders preview ${name} --number 123`;
    return added.addHelpText(
      "after",
      examples([line, does], ...(more ? [[`${line} ${more}`, "the same"] as [string, string]] : [])),
    );
  }
}

type Steps = typeof import("../../delivery/preview/preview.ts");

async function all(
  steps: Steps,
  preview: Preview,
  options: UpOptions & CommentOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    await steps.up(preview, await labelsOf(options), signal);
    await steps.test(preview, signal);
  } finally {
    try {
      if (!signal.aborted) await comment(steps, preview, options);
    } finally {
      // With a signal of its own: an interrupted run cleans up, too.
      await steps.down(preview, new AbortController().signal).catch((error: Error) => {
        // Told here: of an interrupted run, only that it was interrupted is told in the end.
        console.error(`The stack ${preview.name} is still there: ${error.message}`);
        throw error;
      });
    }
  }
}

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

async function comment(
  steps: Steps,
  preview: Preview,
  { output, base = defaultBase() }: CommentOptions,
): Promise<void> {
  const text = await steps.comment(preview, base);
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
}

/** Works on a preview while nobody else does. */
async function withPreview(
  { options: { number, target }, terminal }: Context<Options>,
  work: (steps: Steps, preview: Preview, signal: AbortSignal) => Promise<void>,
): Promise<Report> {
  const { withLock } = await import("../../stacks/lock.ts");
  const { previewOf } = await import("../../delivery/preview/previews.ts");
  const { up, test, comment, down } = await import("../../delivery/preview/preview.ts");
  const preview = previewOf(number, target);
  await withLock(preview.name, () => work({ up, test, comment, down }, preview, terminal.interruption()));
  return TOLD;
}

async function labelsOf({
  owner,
  hours,
  commit = gitOutput(root, "rev-parse", "HEAD"),
}: UpOptions): Promise<PreviewLabels> {
  const { expiryAfter } = await import("../../stacks/stages.ts");
  return { owner, commit, expiry: expiryAfter(hours) };
}

function defaultBase(): string {
  try {
    gitOutput(root, "rev-parse", "--verify", "origin/main");
    return "origin/main";
  } catch {
    return "main";
  }
}
