import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type BuildOptions, build } from "esbuild";

const ROOT = join(import.meta.dirname, "..");

/** Bundles are kept by their content's hash: the same content is the same file, which the engine sees as unchanged. */
const CACHE = join(ROOT, "node_modules", ".cache", "bundles");

/** Some CommonJS dependencies call `require` for Node's own modules, which an ES module has to make first. */
const REQUIRE_BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const OPTIONS = {
  outfile: "index.mjs",
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  sourcemap: "linked",
  sourcesContent: false,
  format: "esm",
  platform: "node",
  target: "node22",
  mainFields: ["module", "main"],
  banner: { js: REQUIRE_BANNER },
  legalComments: "none",
  logLevel: "silent",
  // What the SDK loads only when it needs it, and never needs here: ways of finding credentials, as a function's are in
  // its environment, and event streams, which no service of ours speaks. Without them, a bundle is a third smaller.
  external: [
    "@aws-sdk/credential-provider-http",
    "@aws-sdk/credential-provider-ini",
    "@aws-sdk/credential-provider-login",
    "@aws-sdk/credential-provider-process",
    "@aws-sdk/credential-provider-sso",
    "@aws-sdk/credential-provider-web-identity",
    "@aws-sdk/token-providers",
    "@smithy/core/event-streams",
    "@smithy/credential-provider-imds",
  ],
} satisfies BuildOptions;

/** What a bundle was made of, so that the next deployment can tell in milliseconds that it is still good. */
interface Manifest {
  /** Hash of each file of ours that is in it, by its path. */
  sources: Record<string, string>;
  /** Folder that holds the bundle and its source map. */
  folder: string;
}

/**
 * Bundles a handler and all it imports, the AWS SDK included, into one minified ES module with its source map.
 *
 * @param entry - Absolute path of the handler's TypeScript file, which exports `handler`.
 * @returns The archive of a Lambda function whose handler is `index.handler`. The same sources give the same archive.
 */
export async function bundle(entry: string): Promise<pulumi.asset.AssetArchive> {
  const manifestFile = join(CACHE, `${hashOf(entry, environmentHash())}.json`);
  const manifest = readManifest(manifestFile);
  const folder = manifest && isCurrent(manifest) ? manifest.folder : await buildInto(entry, manifestFile);
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      ["index.mjs", "index.mjs.map"].map((file) => [file, new pulumi.asset.FileAsset(join(folder, file))]),
    ),
  );
}

async function buildInto(entry: string, manifestFile: string): Promise<string> {
  const start = Date.now();
  const result = await build({ ...OPTIONS, entryPoints: [entry] });
  const folder = join(CACHE, hashOf(...result.outputFiles.map(({ contents }) => contents)));
  const files = result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
  if (!existsSync(folder)) await putInPlace(folder, files);
  const sources = Object.keys(result.metafile.inputs).filter((path) => !path.startsWith("node_modules/"));
  // A file that was saved during the build may have been read before: its hash would vouch for the wrong bundle.
  if (sources.every((path) => statSync(join(ROOT, path)).mtimeMs < start)) {
    const hashes = sources.map((path) => [path, hashOf(readFileSync(join(ROOT, path)))]);
    await putInPlace(manifestFile, JSON.stringify({ sources: Object.fromEntries(hashes), folder } satisfies Manifest));
  }
  return folder;
}

/** Renames what is finished into its place, so that no other deployment ever sees half of it. */
async function putInPlace(path: string, content: string | { name: string; contents: Uint8Array }[]): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  if (typeof content === "string") {
    await writeFile(unfinished, content);
  } else {
    await mkdir(unfinished, { recursive: true });
    for (const { name, contents } of content) await writeFile(join(unfinished, name), contents);
  }
  try {
    await rename(unfinished, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    await rm(unfinished, { recursive: true });
  }
}

/** What goes into every bundle beside our files: the options and the installed packages. */
function environmentHash(): string {
  return hashOf(JSON.stringify(OPTIONS), readFileSync(join(ROOT, "node_modules", ".package-lock.json")));
}

function isCurrent({ sources, folder }: Manifest): boolean {
  return (
    existsSync(folder) &&
    Object.entries(sources).every(([path, hash]) => {
      const file = join(ROOT, path);
      return existsSync(file) && hashOf(readFileSync(file)) === hash;
    })
  );
}

function readManifest(file: string): Manifest | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : undefined;
}

function hashOf(...contents: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex").slice(0, 32);
}
