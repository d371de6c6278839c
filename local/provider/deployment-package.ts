import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { unzipSync, type Zippable, zipSync } from "fflate";
import type { WireAsset } from "./properties.ts";

/** The bootstrap, and what it imports. */
const BOOTSTRAP = {
  "bootstrap.mjs": new URL("../runtime/bootstrap.mjs", import.meta.url),
  "embedded-metrics.mjs": new URL("../runtime/embedded-metrics.mjs", import.meta.url),
};

/** By way of the shell, since a `#!` line takes no path with a space and no long one. */
const START = `#!/bin/sh\nexec '${process.execPath.replaceAll("'", "'\\''")}' "$LAMBDA_TASK_ROOT/bootstrap.mjs"\n`;

/** `rwxr-xr-x`, in the place that zip keeps Unix modes in. */
const EXECUTABLE = 0o755 << 16;

type Files = Record<string, Uint8Array>;

/**
 * The zip that the emulator runs a function from: the program's files and the bootstrap, started by the Node that runs us.
 *
 * @param archive - An AssetArchive of files, or a FileArchive of a folder or a zip, in the engine's form.
 * @returns The same bytes for the same files.
 */
export async function deploymentPackage(archive: WireAsset): Promise<Uint8Array> {
  const files = archive.assets ? await readAssets(archive.assets) : await readArchive(archive);
  const all: Zippable = {
    bootstrap: [Buffer.from(START), { attrs: EXECUTABLE, os: 3 }],
    ...(await readBootstrap()),
    ...Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  // Stored, not packed: it goes over loopback to be unpacked again, and packing takes 100 ms of each function's creation.
  // With one date for all, in local time as zip has it, the same files make the same package.
  return zipSync(all, { level: 0, mtime: new Date(1980, 0, 2) });
}

async function readBootstrap(): Promise<Files> {
  const files = Object.entries(BOOTSTRAP).map(async ([name, url]) => [name, await readFile(url)]);
  return Object.fromEntries(await Promise.all(files));
}

async function readAssets(assets: Record<string, WireAsset>): Promise<Files> {
  const files = Object.entries(assets).map(async ([name, asset]) => [name, await readAsset(name, asset)]);
  return Object.fromEntries(await Promise.all(files));
}

async function readAsset(name: string, { path, text }: WireAsset): Promise<Uint8Array> {
  if (path !== undefined) return await readFile(path);
  if (text !== undefined) return Buffer.from(text);
  throw new Error(`the file ${name} of the function's code is neither a file nor a text of this machine.`);
}

async function readArchive({ path }: WireAsset): Promise<Files> {
  if (path === undefined)
    throw new Error("the function's code is neither files, nor a folder or a zip of this machine.");
  if (!(await stat(path)).isDirectory()) return unzipSync(await readFile(path));
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = names.map(async (name) => [relative(path, name).replaceAll(sep, "/"), await readFile(name)]);
  return Object.fromEntries(await Promise.all(files));
}
