import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EmulatorRecord } from "./emulator.ts";
import { processesWith } from "./processes.ts";

/** An emulator on this machine, whoever started it. */
interface EmulatorProcess extends Pick<EmulatorRecord, "pid" | "id"> {
  /** The file by which other processes find it, if it may outlive the one that started it. */
  record?: string;
  /** The folder that is removed with it, if any. */
  folder?: string;
}

const SCRIPT = join("local", "emulator", "emulator.py");

/** The emulators that run on this machine, found by their command lines. */
export function emulatorProcesses(): EmulatorProcess[] {
  return processesWith(SCRIPT).flatMap(({ pid, args }) => {
    const own = args.slice(args.findIndex((arg) => arg.endsWith(SCRIPT)) + 1);
    const { values, positionals } = parseArgs({
      ...{ args: own, options: { record: { type: "string" } }, allowPositionals: true, strict: false },
    });
    const [id, folder] = positionals;
    const record = values.record as string | undefined;
    return id === undefined ? [] : { pid, id, ...(record && { record }), ...(folder && { folder }) };
  });
}
