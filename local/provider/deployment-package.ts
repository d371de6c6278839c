import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Zippable, zip } from "fflate";
import type { WireAsset } from "./properties.ts";

const BOOTSTRAP = join(import.meta.dirname, "..", "bootstrap.mjs");

/** Zip files date from 1980 on: with one date for all, the same files make the same package. */
const DATE = new Date(1980, 0, 2);

/** `rwxr-xr-x`, in the place that zip keeps Unix modes in. */
const EXECUTABLE = 0o755 << 16;

/**
 * The zip that the emulator runs a function from: the program's files, and the bootstrap, started by the Node that runs us.
 *
 * @param archive - An AssetArchive of files, in the engine's form.
 */
export async function deploymentPackage({ assets }: WireAsset): Promise<Uint8Array> {
  if (!assets) throw new Error("the local target takes a function's code as an AssetArchive of files only.");
  const files: Zippable = { bootstrap: [await bootstrap(), { attrs: EXECUTABLE, os: 3 }] };
  for (const [name, asset] of Object.entries(assets)) files[name] = await content(name, asset);
  return new Promise((resolve, reject) => {
    // Speed over size: it goes over loopback, and the emulator unpacks it again.
    zip(files, { level: 1, mtime: DATE }, (error, data) => (error ? reject(error) : resolve(data)));
  });
}

async function bootstrap(): Promise<Uint8Array> {
  const script = await readFile(BOOTSTRAP, "utf8");
  return Buffer.from(`#!${process.execPath}\n${script}`);
}

async function content(name: string, { path, text }: WireAsset): Promise<Uint8Array> {
  if (path !== undefined) return await readFile(path);
  if (text !== undefined) return Buffer.from(text);
  throw new Error(`the local target can't read the file ${name} of the function's code: it takes files and texts.`);
}
