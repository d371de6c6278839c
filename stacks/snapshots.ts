import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";

/** What is different in each copy of a stack. */
interface Identity {
  name: string;
  /** Its emulator's URL. */
  endpoint: string;
}

const IDENTITY_FILE = "identity.json";

/** Where the snapshot of a stack with this configuration is, or would be. */
export function snapshotPath(folder: string, config: Record<string, string>): string {
  const key = JSON.stringify(Object.entries(config).sort());
  return join(folder, createHash("sha256").update(key).digest("hex").slice(0, 16));
}

/** Keeps a copy of the folder of a stack that nobody has used yet. Of several processes that do, the first wins. */
export function saveSnapshot(snapshot: string, directory: string, identity: Identity): void {
  mkdirSync(dirname(snapshot), { recursive: true });
  const copy = mkdtempSync(`${snapshot}-`);
  cpSync(directory, copy, { recursive: true });
  writeFileSync(join(copy, IDENTITY_FILE), JSON.stringify(identity));
  try {
    renameSync(copy, snapshot);
  } catch (error) {
    if (!existsSync(snapshot)) throw error;
  }
}

/** Copies a snapshot into another stack's folder, and adapts it: names and contents of files have the stack's identity. */
export function copySnapshot(snapshot: string, directory: string, { name, endpoint }: Identity): void {
  const original: Identity = JSON.parse(readFileSync(join(snapshot, IDENTITY_FILE), "utf8"));
  const { port, host } = new URL(original.endpoint);
  const own = new URL(endpoint);
  const adapt = (text: string) =>
    text
      .replaceAll(original.name, name)
      .replaceAll(host, own.host)
      .replaceAll(`localhost:${port}`, `localhost:${own.port}`);
  for (const entry of readdirSync(snapshot, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(directory, adapt(relative(snapshot, source)));
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, adapt(readFileSync(source, "latin1")), { encoding: "latin1", mode: 0o600 }); // keeps every byte
  }
}
