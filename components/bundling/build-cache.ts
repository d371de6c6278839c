import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { BuildOptions, BuildResult } from "esbuild";

/** The root of the checkout, esbuild's working directory. */
export const ROOT = join(import.meta.dirname, "..", "..");

/** The cache's folder. Builds are stored by content hash, so that the engine sees the same content as unchanged. */
export const BUILDS = join(ROOT, "node_modules", ".cache", "bundles");

/** Options with which esbuild returns the output files, and the inputs of each. */
export interface CacheableOptions extends BuildOptions {
  absWorkingDir: string;
  entryPoints: string[];
  metafile: true;
  write: false;
}

/** The output of one run of esbuild. */
export interface Build {
  /** Absolute path of the folder with the output files. */
  folder: string;
  /** The output files by name. */
  files: Record<string, OutputFile>;
}

interface OutputFile {
  /** Its entry point or, without one, its first source: a path below the root. */
  origin: string;
  /** Names of the output files that it imports statically. */
  imports: string[];
}

/**
 * Hashes of files by path, for one turn of the event loop: the functions of a deployment are bundled in the same turn and
 * share most of their sources. Later, a file may have changed.
 */
const fileHashes = new Map<string, string | undefined>();

/** What is stored of a build, by which the next deployment sees within milliseconds that it is current. */
interface Manifest extends Pick<Build, "files"> {
  /** Name of the folder with the output files, in {@link BUILDS}: copies of the checkout share the cache. */
  build: string;
  /** Hashes of the sources, packages excepted, by path below the root. */
  sources: Record<string, string>;
}

/** Finds a build with these options whose inputs are as they are now. */
export function findBuild(options: CacheableOptions): Build | undefined {
  const manifests = globSync(`${keyOf(options)}.*.json`, { cwd: BUILDS }).map(readManifest);
  const current = manifests.find(isCurrent);
  return current && { folder: join(BUILDS, current.build), files: current.files };
}

/**
 * Saves the result of esbuild for {@link findBuild}.
 *
 * @param start - When esbuild was started, in milliseconds since 1970.
 */
export function saveBuild(options: CacheableOptions, result: BuildResult<CacheableOptions>, start: number): Build {
  const files = result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  const build = hashOf(...files.flatMap(({ name, contents }) => [name, contents]));
  const folder = join(BUILDS, build);
  if (!existsSync(folder)) writeAtomically(folder, files);
  const outputs = Object.entries(result.metafile.outputs).map(([path, { entryPoint, inputs, imports }]) => {
    const staticImports = imports.filter(({ kind }) => kind === "import-statement").map((each) => basename(each.path));
    const file: OutputFile = { origin: entryPoint ?? Object.keys(inputs)[0] ?? "", imports: staticImports };
    return [basename(path), file];
  });
  const saved: Build = { folder, files: Object.fromEntries(outputs) };
  const sources = Object.keys(result.metafile.inputs).filter((path) => !path.startsWith("node_modules/"));
  // A file that was saved during the build may have been read before that: its hash would not match the build.
  if (sources.every((path) => statSync(join(ROOT, path)).mtimeMs < start)) {
    const hashes = sources.map((path) => [path, hashOf(readFileSync(join(ROOT, path)))]);
    const manifest = JSON.stringify({
      build,
      files: saved.files,
      sources: Object.fromEntries(hashes),
    } satisfies Manifest);
    writeAtomically(join(BUILDS, `${keyOf(options)}.${hashOf(manifest)}.json`), manifest);
  }
  return saved;
}

/** Writes a file or a folder aside and renames it, so that no other deployment sees half of it. */
function writeAtomically(path: string, content: string | { name: string; contents: Uint8Array }[]): void {
  const temporary = `${path}.${process.pid}`;
  if (typeof content === "string") {
    writeFileSync(temporary, content);
  } else {
    mkdirSync(temporary, { recursive: true });
    for (const { name, contents } of content) writeFileSync(join(temporary, name), contents);
  }
  try {
    renameSync(temporary, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    rmSync(temporary, { recursive: true });
  }
}

/** Other files that make a difference: the installed packages, and the compiler's options. */
const SETTINGS = [join("node_modules", ".package-lock.json"), "tsconfig.json", join("web", "tsconfig.json")];

/** Hash of the inputs other than sources: the options, with entry points below the root, and the settings. */
function keyOf(options: CacheableOptions): string {
  const settings = SETTINGS.map((file) => hashOfFile(file) ?? "");
  return hashOf(JSON.stringify(options).replaceAll(ROOT, ""), ...settings);
}

function isCurrent({ sources, build }: Manifest): boolean {
  return existsSync(join(BUILDS, build)) && Object.entries(sources).every(([path, hash]) => hashOfFile(path) === hash);
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(join(BUILDS, file), "utf8")) as Manifest;
}

/**
 * @param path - Below the root.
 * @returns undefined if there is no such file.
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
