import { existsSync, globSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { stopEmulator } from "../../local/emulator/emulator.ts";
import { findEmulatorProcesses } from "../../local/emulator/emulator-processes.ts";
import { forgetLocalStack, isStarted, runningEmulator } from "../../stacks/local.ts";
import { ownerOf } from "../../stacks/owner.ts";
import { ephemeralFolderPrefix, folderOf, LOCAL_STACK } from "../../stacks/record.ts";
import { byExpiry, type Leftover } from "./leftover.ts";
import { readReport } from "./report.ts";

/** Everything on this machine that is there for a while only. The stack `local` is none of it. */
export async function localLeftovers(now: Date): Promise<Leftover[]> {
  const names = globSync("pr-*", { cwd: dirname(folderOf(LOCAL_STACK)) }).filter((name) => /^pr-\d+$/.test(name));
  const previews = await Promise.all(names.map((name) => preview(name, now)));
  return [...previews, ...ephemeralFolders(), ...lostEmulators()];
}

async function preview(name: string, now: Date): Promise<Leftover> {
  const report = readReport(name);
  const remove = () => forgetLocalStack(name);
  const about = { name, where: "local" as const, ...(report && { owner: report.owner }), remove };
  const worker = ownerOf(folderOf(name));
  if (worker?.isRunning) return { ...about, isDue: false, reason: `Process ${worker.pid} is at work on it.` };
  if (worker) return { ...about, isDue: true, reason: `Process ${worker.pid} died while it was at work on it.` };
  if (isStarted(name) && !(await runningEmulator(name))) {
    return { ...about, isDue: true, reason: "Its emulator is gone, and all that it had." };
  }
  return { ...about, ...byExpiry(report?.expiry, now) };
}

/** The folders of stacks that go with their process, where something kept them from it. */
function ephemeralFolders(): Leftover[] {
  const folders = globSync(`${basename(ephemeralFolderPrefix("*"))}??????`, { cwd: tmpdir() });
  return folders
    .map((name) => join(tmpdir(), name))
    .flatMap((folder) => {
      const owner = ownerOf(folder);
      if (!owner || statSync(folder).uid !== userInfo().uid) return []; // no such folder, or somebody else's
      return {
        name: folder,
        where: "local" as const,
        isDue: !owner.isRunning,
        reason: owner.isRunning ? `It is process ${owner.pid}'s.` : `Process ${owner.pid}, whose it was, is gone.`,
        remove: async () => {
          for (const emulator of findEmulatorProcesses()) if (emulator.folder === folder) await stopEmulator(emulator);
          rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
        },
      };
    });
}

/** Emulators that outlived their process, and that nobody can find any more, as their record is gone. */
function lostEmulators(): Leftover[] {
  return findEmulatorProcesses().flatMap((emulator) => {
    const { record } = emulator;
    if (record === undefined || existsSync(record)) return [];
    return {
      name: `emulator ${emulator.pid}`,
      where: "local" as const,
      isDue: true,
      reason: `Nobody knows of it any more: ${record} is gone.`,
      remove: () => stopEmulator(emulator),
    };
  });
}
