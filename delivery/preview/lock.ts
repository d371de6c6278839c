import { existsSync, mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { forgetOwner, noteOwner, ownerOf } from "../../stacks/owner.ts";
import type { Preview } from "./previews.ts";

/**
 * Keeps other processes from changing or removing a preview while this one works on it. A killed run leaves its lock, which
 * no longer counts, but shows that the run did not finish.
 *
 * @throws Error, a sentence, if another process has the lock.
 */
export async function withLock<T>({ name, folder }: Preview, work: () => Promise<T>): Promise<T> {
  const other = ownerOf(folder);
  if (other?.isRunning) {
    throw new Error(`Process ${other.pid} is working on the stack ${name}: wait until it has finished, or stop it.`);
  }
  mkdirSync(folder, { recursive: true });
  noteOwner(folder);
  try {
    return await work();
  } finally {
    forgetOwner(folder);
    removeIfEmpty(folder);
  }
}

/** A preview that never existed must not get a folder by being asked about: it would be listed from then on. */
function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
