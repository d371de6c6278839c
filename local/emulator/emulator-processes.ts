import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EmulatorRecord } from "./emulator.ts";
import { findProcesses } from "./processes.ts";

/** An emulator running on this machine, no matter who started it. */
interface EmulatorProcess extends Pick<EmulatorRecord, "pid" | "id"> {
  /** File in which it is recorded, if it may outlive the process that started it. */
  record?: string;
  /** Folder that is removed with it, if any. */
  folder?: string;
}

const SCRIPT = join("local", "emulator", "emulator.py");

/** Finds the emulators running on this machine by their command lines. */
export function findEmulatorProcesses(): EmulatorProcess[] {
  return findProcesses(SCRIPT).flatMap(({ pid, args }) => {
    const own = args.slice(args.findIndex((arg) => arg.endsWith(SCRIPT)) + 1);
    const { values, positionals } = parseArgs({
      ...{ args: own, options: { record: { type: "string" } }, allowPositionals: true, strict: false },
    });
    const [id, folder] = positionals;
    const record = values.record as string | undefined;
    return id === undefined ? [] : { pid, id, ...(record && { record }), ...(folder && { folder }) };
  });
}
