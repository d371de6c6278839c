import { mkdirSync } from "node:fs";
import { forgetOwner, noteOwner, ownerOf } from "../../stacks/owner.ts";
import { folderOf } from "../../stacks/record.ts";

/**
 * Does something with a stack, and owns its folder meanwhile: others then neither interfere nor take the stack away, and
 * know a stack whose process was killed.
 *
 * @throws Error, a sentence, where another process is at work on it.
 */
export async function atWork<T>(stack: string, work: () => Promise<T>): Promise<T> {
  const folder = folderOf(stack);
  const other = ownerOf(folder);
  if (other?.isRunning) {
    throw new Error(`Process ${other.pid} is at work on the stack ${stack}: wait until it is done, or end it.`);
  }
  mkdirSync(folder, { recursive: true });
  noteOwner(folder);
  try {
    return await work();
  } finally {
    forgetOwner(folder);
  }
}
