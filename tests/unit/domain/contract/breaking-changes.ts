import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tool } from "../../../../tools/paths.ts";

/** A breaking change of a contract. */
export interface Change {
  /** The rule's name in oasdiff. */
  id: string;
  text: string;
  /** The method, for changes of an operation. */
  operation?: string;
  path?: string;
}

/**
 * The breaking changes between two OpenAPI documents, by oasdiff's rules, including warnings.
 *
 * @param before - JSON.
 * @param after - JSON.
 */
export async function breakingChanges(before: string, after: string): Promise<Change[]> {
  const folder = await mkdtemp(join(tmpdir(), "orders-contract-"));
  try {
    const files = [join(folder, "before.json"), join(folder, "after.json")] as const;
    await Promise.all([writeFile(files[0], before), writeFile(files[1], after)]);
    const changes = await oasdiff("breaking", "--format", "json", ...files);
    return JSON.parse(changes);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A readable form of a change. */
export function sentence({ operation, path, text, id }: Change): string {
  return [operation, path, text, `(${id})`].filter((part) => part !== undefined).join(" ");
}

function oasdiff(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(tool("oasdiff"), args, (error, output, errors) => (error ? reject(new Error(errors)) : resolve(output)));
  });
}
