import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { atExit } from "./at-exit.mjs";

/** Folder for tools, which all checkouts share. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "orders");

/**
 * Whether a recorded program exists and is the wanted one. The folders' names tell the version; the cache itself may have
 * moved, for example with HOME.
 * @param {string | undefined} recorded
 * @param {string} wanted The program in the present cache.
 */
export function isOurs(recorded, wanted) {
  if (recorded === undefined || !existsSync(recorded)) return false;
  return recorded === wanted || recorded.endsWith(`/${wanted.split("/").slice(-3).join("/")}`);
}

/**
 * Fills a folder under a temporary name and renames it once it is complete, so that an aborted run leaves nothing partial.
 * @param {string} target The folder to create.
 * @param {(partial: string) => Promise<unknown>} fill
 */
export async function makeFolder(target, fill) {
  removeAbandoned(target);
  const partial = `${target}.partial-${process.pid}`;
  const remove = () => rmSync(partial, { recursive: true, force: true });
  const unregister = atExit(remove);
  try {
    mkdirSync(partial, { recursive: true });
    await fill(partial);
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  } finally {
    unregister();
    remove();
  }
}

/** Removes the partial folders of runs that were killed, but not those of running ones. */
function removeAbandoned(target) {
  const prefix = `${basename(target)}.partial-`;
  mkdirSync(dirname(target), { recursive: true });
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    try {
      process.kill(Number(name.slice(prefix.length)), 0);
    } catch {
      rmSync(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}
