import { globSync } from "node:fs";
import { dirname } from "node:path";
import { LOCAL_STACK } from "../../stacks/names.ts";
import { folderOf } from "../../stacks/record.ts";
import { type PreviewTarget, readReport } from "./report.ts";

/** A pull request's preview. */
export interface Preview {
  /** The name of its stack: `pr-123`. */
  name: string;
  target: PreviewTarget;
  /** Where this machine keeps its report and, for a local one, its stack. May not exist. */
  folder: string;
}

/**
 * The preview of a pull request, deployed or not.
 *
 * @param target - Default: where this machine last deployed it; `local` if it never did.
 */
export function previewOf(pullRequest: number, target?: PreviewTarget): Preview {
  const name = `pr-${pullRequest}`;
  const folder = folderOf(name);
  return { name, folder, target: target ?? readReport(folder)?.target ?? "local" };
}

/** The previews that have a folder on this machine. */
export function previewsHere(): Preview[] {
  const names = globSync("pr-*", { cwd: dirname(folderOf(LOCAL_STACK)) });
  return names.flatMap((name) => {
    const [, number] = /^pr-(\d+)$/.exec(name) ?? [];
    return number === undefined ? [] : [previewOf(Number(number))];
  });
}
