import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { atExit } from "./at-exit.mjs";

/** Where tools go that all checkouts share. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "orders");

/**
 * Whether a recorded program is there and is the wanted one. The names of the folders tell the version; where the cache is
 * may have changed, for example with HOME.
 * @param {string | undefined} recorded
 * @param {string} wanted The program in today's cache.
 */
export function isOurs(recorded, wanted) {
  if (recorded === undefined || !existsSync(recorded)) return false;
  return recorded === wanted || recorded.endsWith(`/${wanted.split("/").slice(-3).join("/")}`);
}

/**
 * Fills a folder under another name and renames it when it is complete, so that a broken run leaves nothing half-done.
 * @param {string} target The folder to make.
 * @param {(partial: string) => Promise<unknown>} fill
 */
export async function makeFolder(target, fill) {
  removeAbandoned(target);
  const partial = `${target}.partial-${process.pid}`;
  const remove = () => rmSync(partial, { recursive: true, force: true });
  const callOff = atExit(remove);
  try {
    mkdirSync(partial, { recursive: true });
    await fill(partial);
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  } finally {
    callOff();
    remove();
  }
}

/** Removes what killed runs left; those that still run keep theirs. */
function removeAbandoned(target) {
  const mark = `${basename(target)}.partial-`;
  mkdirSync(dirname(target), { recursive: true });
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(mark)) continue;
    try {
      process.kill(Number(name.slice(mark.length)), 0);
    } catch {
      rmSync(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}
