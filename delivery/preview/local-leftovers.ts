import { existsSync, rmSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { stopEmulator } from "../../local/emulator/emulator.ts";
import { findEmulatorProcesses } from "../../local/emulator/emulator-processes.ts";
import { forgetLocalStack, startedEmulator } from "../../stacks/local.ts";
import { withLock } from "../../stacks/lock.ts";
import { LOCAL_STACK } from "../../stacks/names.ts";
import { ownerOf } from "../../stacks/owner.ts";
import { ephemeralFolders } from "../../stacks/record.ts";
import { byExpiry, type Leftover } from "./leftover.ts";
import { type Preview, previewsHere } from "./previews.ts";
import { readReport } from "./report.ts";

/** Everything temporary on this machine: all stacks but `local`, and what they left behind. */
export async function localLeftovers(now: Date): Promise<Leftover[]> {
  const previews = await Promise.all(previewsHere().map((preview) => previewLeftover(preview, now)));
  return [...previews, ...ephemeralLeftovers(), ...(await lostEmulators())];
}

async function previewLeftover({ name, folder }: Preview, now: Date): Promise<Leftover> {
  const report = readReport(folder);
  const remove = () => withLock(name, () => forgetLocalStack(name));
  const about = { name, where: "local" as const, ...(report && { owner: report.owner }), remove };
  const worker = ownerOf(folder);
  if (worker?.isRunning) return { ...about, isDue: false, reason: `Process ${worker.pid} is working on it.` };
  if (worker) return { ...about, isDue: true, reason: `Process ${worker.pid} died while working on it.` };
  if ((await startedEmulator(name))?.state === "gone") {
    return { ...about, isDue: true, reason: "Its emulator has stopped, and its data is lost." };
  }
  return { ...about, ...byExpiry(report?.expiry, now) };
}

/** Folders of ephemeral stacks. Their process removes them when it ends, unless it is killed. */
function ephemeralLeftovers(): Leftover[] {
  return ephemeralFolders().flatMap((folder) => {
    const owner = ownerOf(folder);
    if (!owner || statSync(folder).uid !== userInfo().uid) return []; // no stack's folder, or another user's
    return {
      name: folder,
      where: "local" as const,
      isDue: !owner.isRunning,
      reason: owner.isRunning ? `Process ${owner.pid} is using it.` : `Process ${owner.pid}, which used it, is gone.`,
      remove: async () => {
        for (const emulator of findEmulatorProcesses()) if (emulator.folder === folder) await stopEmulator(emulator);
        rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
      },
    };
  });
}

/** Emulators that outlived their process and can't be found by it any more, since their record is gone. */
async function lostEmulators(): Promise<Leftover[]> {
  const names = [LOCAL_STACK, ...previewsHere().map(({ name }) => name)];
  // The checkout may have been moved since, and the records with it.
  const own = await Promise.all(names.map(async (name) => (await startedEmulator(name))?.emulator.id));
  return findEmulatorProcesses().flatMap((emulator) => {
    const { id, record } = emulator;
    if (record === undefined || existsSync(record) || own.includes(id)) return [];
    return {
      name: `emulator ${emulator.pid}`,
      where: "local" as const,
      isDue: true,
      reason: `No stack uses it: its record ${record} is gone.`,
      remove: () => stopEmulator(emulator),
    };
  });
}
