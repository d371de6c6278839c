import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { BuildOptions, BuildResult } from "esbuild";

/** The root of the checkout, which esbuild works in. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** Builds are kept by their content's hash: the same content is the same file, which the engine sees as unchanged. */
export const BUILDS = join(ROOT, "node_modules", ".cache", "bundles");

/** What the cache needs of a build's options: that esbuild hands over the files, and says what they were made of. */
export interface CacheableOptions extends BuildOptions {
  absWorkingDir: string;
  entryPoints: string[];
  metafile: true;
  write: false;
}

/** What esbuild made. */
export interface Built {
  /** Folder that holds the files that esbuild made. */
  folder: string;
  /** The files, by their names. */
  files: Record<string, BuiltFile>;
}

/** One file that esbuild made. */
interface BuiltFile {
  /** What it was made of, or begins with: a path below the root. */
  origin: string;
  /** Names of the files that it loads as soon as it is loaded. */
  imports: string[];
}

/**
 * Hashes of files, by their paths. All functions of a deployment are made in one turn of the event loop and share most of their
 * sources; after it, a file may have changed.
 */
const fileHashes = new Map<string, string | undefined>();

/** What a build was made of, so that the next deployment can tell in milliseconds that it is still good. */
interface Manifest extends Built {
  /** Hash of each file of ours that is in it, by its path. */
  sources: Record<string, string>;
}

/** Finds what an earlier run of esbuild made with these options, where nothing that went into it has changed since. */
export function findBuilt(options: CacheableOptions): Built | undefined {
  const manifest = readManifest(manifestFile(options));
  return manifest && isCurrent(manifest) ? manifest : undefined;
}

/**
 * Keeps what esbuild made.
 *
 * @param start - When esbuild was started, in milliseconds since 1970.
 */
export function keepBuilt(options: CacheableOptions, result: BuildResult<CacheableOptions>, start: number): Built {
  const files = result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  const folder = join(BUILDS, hashOf(...files.flatMap(({ name, contents }) => [name, contents])));
  if (!existsSync(folder)) putInPlace(folder, files);
  const outputs = Object.entries(result.metafile.outputs).map(([path, { entryPoint, inputs, imports }]) => {
    const eager = imports.filter(({ kind }) => kind === "import-statement").map((each) => basename(each.path));
    const file: BuiltFile = { origin: entryPoint ?? Object.keys(inputs)[0] ?? "", imports: eager };
    return [basename(path), file];
  });
  const built: Built = { folder, files: Object.fromEntries(outputs) };
  const sources = Object.keys(result.metafile.inputs).filter((path) => !path.startsWith("node_modules/"));
  // A file that was saved during the build may have been read before: its hash would vouch for the wrong build.
  if (sources.every((path) => statSync(join(ROOT, path)).mtimeMs < start)) {
    const hashes = sources.map((path) => [path, hashOf(readFileSync(join(ROOT, path)))]);
    const manifest: Manifest = { ...built, sources: Object.fromEntries(hashes) };
    putInPlace(manifestFile(options), JSON.stringify(manifest));
  }
  return built;
}

/** Renames what is finished into its place, so that no other deployment ever sees half of it. */
function putInPlace(path: string, content: string | { name: string; contents: Uint8Array }[]): void {
  const unfinished = `${path}.${process.pid}`;
  if (typeof content === "string") {
    writeFileSync(unfinished, content);
  } else {
    mkdirSync(unfinished, { recursive: true });
    for (const { name, contents } of content) writeFileSync(join(unfinished, name), contents);
  }
  try {
    renameSync(unfinished, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

/** What goes into a build beside our files: the options, entry points among them, and the installed packages. */
function manifestFile(options: CacheableOptions): string {
  const packages = hashOfFile(join("node_modules", ".package-lock.json")) ?? "";
  return join(BUILDS, `${hashOf(JSON.stringify(options), packages)}.json`);
}

function isCurrent({ sources, folder }: Manifest): boolean {
  return existsSync(folder) && Object.entries(sources).every(([path, hash]) => hashOfFile(path) === hash);
}

function readManifest(file: string): Manifest | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : undefined;
}

/**
 * @param path - Below the root.
 * @returns Nothing if there is no such file.
 */
function hashOfFile(path: string): string | undefined {
  if (fileHashes.size === 0) setImmediate(() => fileHashes.clear());
  if (!fileHashes.has(path)) {
    const file = join(ROOT, path);
    fileHashes.set(path, existsSync(file) ? hashOf(readFileSync(file)) : undefined);
  }
  return fileHashes.get(path);
}

function hashOf(...contents: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex").slice(0, 32);
}
