import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { startEmulator } from "../../local/emulator/emulator.ts";
import { openEngine } from "../../local/engine/engine.ts";
import { extractProgram } from "../../stacks/program-copy.ts";
import { type Operation, PARTICIPLES } from "../../stacks/progress.ts";
import { gitOutput } from "../../tools/git.ts";
import { root } from "../../tools/paths.ts";

/** A resource in which two versions of the program differ. */
export interface ResourceChange {
  operation: Operation;
  /** Its Pulumi name, such as `orders-table`. */
  name: string;
  /** Its Pulumi type, such as `aws:dynamodb/table:Table`. */
  type: string;
}

/**
 * Finds what this checkout's program would change in a stack deployed from the commit where the branch began: what was
 * merged into the base after that is no change of this branch.
 *
 * @param base - The git ref of the branch to merge into.
 * @param config - The project's settings, without their namespace, for both programs.
 * @throws Error if that commit is missing or its program can't be deployed.
 */
export async function changesSince(base: string, config: Record<string, string>): Promise<ResourceChange[]> {
  const folder = await mkdtemp(join(tmpdir(), "orders-base-"));
  try {
    extractProgram(gitOutput(root, "merge-base", base, "HEAD"), folder);
    return await changesBetween(folder, root, config);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Deploys one folder's program to an emulator and previews another folder's program over it. */
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
      // Leaves out components and the stack itself, which only group resources.
      if (!Object.hasOwn(PARTICIPLES, op) || !type.startsWith("aws:")) return;
      changes.push({ operation: op as Operation, name: urn.split("::").at(-1) ?? "", type });
    };
    await (await engineFor(after)).preview({ onEvent: note });
    return changes.toSorted((a, b) => a.name.localeCompare(b.name));
  } finally {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
