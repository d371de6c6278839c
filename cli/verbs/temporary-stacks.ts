import { awsLeftovers } from "../../delivery/preview/aws-leftovers.ts";
import type { Leftover } from "../../delivery/preview/leftover.ts";
import { localLeftovers } from "../../delivery/preview/local-leftovers.ts";
import { openAwsWorkspace } from "../../stacks/aws.ts";
import type { Context, Report } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { table } from "../output/table.ts";

export type Listing = Context<{ target: "local" | "aws" }>;
export type Reaping = Context<{ target: "local" | "aws"; yes?: true }>;

/** The stacks that are there for a while only. */
export async function list(context: Listing): Promise<Report> {
  const found = await leftovers(context);
  return { data: found.map(about), text: textOf(found, context) };
}

/** Takes away what is due; without `yes`, tells what that is. */
export async function reap(context: Reaping): Promise<Report> {
  const { options, tell } = context;
  const due = (await leftovers(context)).filter(({ isDue }) => isDue);
  if (due.length === 0) return { data: [], text: "Nothing to remove." };
  if (!options.yes) {
    const text = `${textOf(due, context)}\nAdd --yes to remove ${due.length === 1 ? "it" : `these ${due.length}`}.`;
    return { data: due.map(about), text };
  }
  const failures = new Map<Leftover, string>();
  for (const leftover of due) {
    try {
      await leftover.remove();
      tell(`Removed ${leftover.name}. ${leftover.reason}`);
    } catch (error) {
      failures.set(leftover, (error as Error).message);
      tell(`Could not remove ${leftover.name}: ${(error as Error).message}`);
    }
  }
  const data = due.map((leftover) => ({
    ...about(leftover),
    removed: !failures.has(leftover),
    error: failures.get(leftover),
  }));
  return { data, text: "", exitCode: failures.size === 0 ? EXIT.DONE : EXIT.FAILED };
}

async function leftovers({ options, terminal }: Listing): Promise<Leftover[]> {
  const now = new Date();
  if (options.target === "local") return localLeftovers(now);
  return awsLeftovers(await openAwsWorkspace(), now, (text) => terminal.stderr.write(text));
}

function about({ remove: _, ...facts }: Leftover) {
  return facts;
}

function textOf(found: Leftover[], { page }: Context): string {
  if (found.length === 0) return "No such stacks.";
  const rows = found.map(({ name, owner = "-", isDue, reason }) => [
    ...[name, owner, isDue ? page.paint("yellow", "yes") : "no", reason],
  ]);
  return table(["STACK", "OWNER", "DUE", "WHY"], rows, page);
}
