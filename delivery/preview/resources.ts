import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { startEmulator } from "../../local/emulator/emulator.ts";
import { openStack } from "../../local/engine/engine.ts";
import { extractProgram } from "../../stacks/program-copy.ts";
import { gitOutput } from "../../tools/git.ts";
import { root } from "../../tools/paths.ts";

/** What a deployment does to a resource. */
export type Operation = "create" | "update" | "replace" | "delete";

/** A resource that one program has otherwise than the other. */
export interface ResourceChange {
  operation: Operation;
  /** As Pulumi calls it, for example `orders-table`. */
  name: string;
  /** For example `aws:dynamodb/table:Table`. */
  type: string;
}

const OPERATIONS: Record<string, Operation> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/**
 * Finds out what this checkout's program would do to a stack of an earlier one, as pull requests are compared: with where
 * the branch began, since what came to the base after that is nothing it changes.
 *
 * @param base - What git knows the branch by that it began on.
 * @param config - Values of the project's settings, for both.
 * @throws Error where the earlier program is not to be found, or can't be deployed any more.
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

/** Deploys the program of one folder to an emulator, and previews that of another one over it. */
export async function changesBetween(
  before: string,
  after: string,
  config: Record<string, string>,
): Promise<ResourceChange[]> {
  const directory = await mkdtemp(join(tmpdir(), "orders-changes-"));
  const emulator = await startEmulator({ logFile: join(directory, "emulator.log"), folder: directory });
  const program = (folder: string) =>
    openStack({ name: "changes", directory, endpoint: emulator.endpoint, ephemeral: true, config, folder });
  try {
    await (await program(before)).up();
    const changes: ResourceChange[] = [];
    const note = ({ resourcePreEvent }: EngineEvent) => {
      const { op = "", urn = "", type = "" } = resourcePreEvent?.metadata ?? {};
      const operation = OPERATIONS[op];
      // Components and stacks are only names for what is in them.
      if (operation && type.startsWith("aws:")) changes.push({ operation, name: urn.split("::").at(-1) ?? "", type });
    };
    await (await program(after)).preview({ onEvent: note });
    return changes.toSorted((a, b) => a.name.localeCompare(b.name));
  } finally {
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
