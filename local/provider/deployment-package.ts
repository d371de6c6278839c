import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { unzipSync, type Zippable, zipSync } from "fflate";
import type { WireAsset } from "./properties.ts";

const BOOTSTRAP = new URL("../runtime/bootstrap.mjs", import.meta.url);

/** Started by the shell, since a `#!` line can't have a long path or one with spaces. */
const START_SCRIPT = `#!/bin/sh\nexec '${process.execPath.replaceAll("'", "'\\''")}' "$LAMBDA_TASK_ROOT/bootstrap.mjs"\n`;

/** `rwxr-xr-x`, where zip stores Unix modes. */
const EXECUTABLE = 0o755 << 16;

type Files = Record<string, Uint8Array>;

/**
 * Builds the zip from which the emulator runs a function: its files and the bootstrap, which runs on this process's Node.
 *
 * @param archive - An AssetArchive of files, or a FileArchive of a folder or a zip, in the engine's wire format.
 * @returns The same bytes for the same files.
 * @throws Error for an asset that is neither a local file nor a text.
 */
export async function deploymentPackage(archive: WireAsset): Promise<Uint8Array> {
  const files = archive.assets ? await readAssets(archive.assets) : await readArchive(archive);
  const all: Zippable = {
    bootstrap: [Buffer.from(START_SCRIPT), { attrs: EXECUTABLE, os: 3 }],
    "bootstrap.mjs": await readFile(BOOTSTRAP),
    ...Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  // Not compressed: that takes 100 ms per function, only to be unpacked again after a transfer over loopback.
  // A fixed date, in local time as usual in zip, makes the package reproducible.
  return zipSync(all, { level: 0, mtime: new Date(1980, 0, 2) });
}

async function readAssets(assets: Record<string, WireAsset>): Promise<Files> {
  const files = Object.entries(assets).map(async ([name, asset]) => [name, await readAsset(name, asset)]);
  return Object.fromEntries(await Promise.all(files));
}

async function readAsset(name: string, { path, text }: WireAsset): Promise<Uint8Array> {
  if (path !== undefined) return await readFile(path);
  if (text !== undefined) return Buffer.from(text);
  throw new Error(`the file ${name} of the function's code must be a file on this machine or a text.`);
}

async function readArchive({ path }: WireAsset): Promise<Files> {
  if (path === undefined) throw new Error("the function's code must be files, a folder or a zip on this machine.");
  if (!(await stat(path)).isDirectory()) return unzipSync(await readFile(path));
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = names.map(async (name) => [relative(path, name).replaceAll(sep, "/"), await readFile(name)]);
  return Object.fromEntries(await Promise.all(files));
}
