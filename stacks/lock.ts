import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { forgetOwner, OWNER_FILE, ownerOf, takeOwnership } from "./owner.ts";
import { folderOf } from "./record.ts";

/**
 * Keeps other processes from changing or removing a stack on this machine while this one works on it. A killed run leaves its
 * lock, which no longer counts, but shows that the run did not finish.
 *
 * @throws Error, a sentence, if another process has the lock.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = folderOf(name);
  const created = mkdirSync(folder, { recursive: true }) ?? folder;
  if (!takeOwnership(folder)) {
    const owner = ownerOf(folder);
    throw new Error(
      owner
        ? `Process ${owner.pid} is working on the stack ${name}: wait until it has finished, or stop it.`
        : `The file ${OWNER_FILE} in ${folder} is not the stack's: set ORDERS_FOLDER to another.`,
    );
  }
  try {
    return await work();
  } finally {
    forgetOwner(folder);
    removeIfEmpty(folder, created);
  }
}

/**
 * A stack that never existed must not get a folder by being asked about: it would be listed from then on.
 *
 * @param topmost - The last folder to remove, on the way up.
 */
function removeIfEmpty(folder: string, topmost: string): void {
  for (let path = folder; path.startsWith(topmost) && readdirSync(path).length === 0; path = dirname(path)) {
    rmdirSync(path);
  }
}
