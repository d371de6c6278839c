import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine } from "../../local/engine/engine.ts";
import { extractProgram } from "../../stacks/program-copy.ts";
import { ask } from "../../tools/git.ts";
import { root } from "../../tools/paths.ts";

/** What a deployment does to a resource. */
export type Operation = "create" | "update" | "replace" | "delete";

/** A resource that differs between two programs. */
export interface ResourceChange {
  operation: Operation;
  /** Pulumi's name, `orders-table` for example. */
  name: string;
  /** `aws:dynamodb/table:Table` for example. */
  type: string;
}

const OPERATIONS: Record<string, Operation> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/**
 * Finds out what this checkout's program would change in a stack deployed from where its branch began: what came to the base
 * later is not the branch's doing.
 *
 * @param base - The branch, tag or commit that this branch began on.
 * @param config - Settings for both programs.
 * @throws Error if the earlier program can't be found, or can't be deployed any more.
 */
export async function changesSince(base: string, config: Record<string, string>): Promise<ResourceChange[]> {
  const folder = await mkdtemp(join(tmpdir(), "orders-base-"));
  try {
    extractProgram(ask(root, "merge-base", base, "HEAD"), folder);
    return await changesBetween(folder, root, config);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Deploys one folder's program to an emulator, and previews another's over it. */
export async function changesBetween(
  before: string,
  after: string,
  config: Record<string, string>,
): Promise<ResourceChange[]> {
  const directory = await mkdtemp(join(tmpdir(), "orders-changes-"));
  const emulator = await startEmulator({ logFile: join(directory, "emulator.log"), folder: directory });
  const engineFor = (folder: string) =>
    openEngine({ name: "changes", directory, endpoint: emulator.endpoint, ephemeral: true, config, folder });
  try {
    await (await engineFor(before)).up();
    const changes: ResourceChange[] = [];
    const note = ({ resourcePreEvent }: EngineEvent) => {
      const { op = "", urn = "", type = "" } = resourcePreEvent?.metadata ?? {};
      const operation = OPERATIONS[op];
      // Components and the stack itself are only groups of resources.
      if (operation && type.startsWith("aws:")) changes.push({ operation, name: urn.split("::").at(-1) ?? "", type });
    };
    await (await engineFor(after)).preview({ onEvent: note });
    return changes.toSorted((a, b) => a.name.localeCompare(b.name));
  } finally {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
