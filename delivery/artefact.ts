import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { BUILDS } from "../components/bundling/build-cache.ts";
import { bundle } from "../components/bundling/bundle.ts";
import { buildSite } from "../components/website/build-site.ts";
import { gitOutput } from "../tools/git.ts";
import { root } from "../tools/paths.ts";

/** The build of one commit, which every stage deploys. */
interface Artefact {
  /** Full hash. */
  commit: string;
  /** SHA-256 of each file that the program uploads, by its path in the build cache. */
  files: Record<string, string>;
}

const MANIFEST = "artefact.json";
/** The part that is copied back to the build cache; the folder may hold other files, such as the bill of materials. */
const BUNDLES = "bundles";

/**
 * Builds everything that the program uploads, the functions' code and the website, into a folder.
 *
 * @param folder - New, empty, or with an earlier build, which is replaced.
 * @throws Error, a sentence, if it holds anything else.
 */
export async function writeArtefact(folder: string): Promise<Artefact> {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, MANIFEST))) {
    throw new Error(`${folder} holds other files than a build: name a new folder, or one with an earlier build.`);
  }
  rmSync(folder, { recursive: true, force: true });
  const bundles = join(folder, BUNDLES);
  mkdirSync(bundles, { recursive: true });
  const artefact = { commit: gitOutput(root, "rev-parse", "HEAD"), files: await build() };
  const builds = new Set(Object.keys(artefact.files).map((file) => dirname(file)));
  for (const name of builds) cpSync(join(BUILDS, name), join(bundles, name), { recursive: true });
  for (const record of globSync("*.json", { cwd: BUILDS })) {
    const { build } = JSON.parse(readFileSync(join(BUILDS, record), "utf8"));
    if (builds.has(build)) cpSync(join(BUILDS, record), join(bundles, record));
  }
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(artefact, null, 2)}\n`);
  return artefact;
}

/**
 * Copies an artefact to the build cache, so that the next deployment uploads exactly its files.
 *
 * @throws Error, a sentence, if another commit is checked out, or the program would upload different files.
 */
export async function restoreArtefact(folder: string): Promise<Artefact> {
  const manifest = join(folder, MANIFEST);
  if (!existsSync(manifest)) throw new Error(`${folder} contains no ${MANIFEST}: run "./orders build" first.`);
  const artefact = JSON.parse(readFileSync(manifest, "utf8")) as Artefact;
  const commit = gitOutput(root, "rev-parse", "HEAD");
  if (commit !== artefact.commit) {
    throw new Error(`The artefact in ${folder} was built from ${artefact.commit}, but ${commit} is checked out.`);
  }
  cpSync(join(folder, BUNDLES), BUILDS, { recursive: true });
  const files = await build();
  const names = new Set([...Object.keys(files), ...Object.keys(artefact.files)]);
  const different = [...names].filter((name) => files[name] !== artefact.files[name]);
  if (different.length > 0) {
    throw new Error(`The program would upload files that differ from those in ${folder}: ${different.join(", ")}.`);
  }
  return artefact;
}

/** Builds whatever the cache lacks. @returns The hash of each file that the program uploads. */
async function build(): Promise<Artefact["files"]> {
  const bundles = globSync("handlers/*.ts", { cwd: root }).map((handler) => bundle(join(root, handler)));
  const archives = await Promise.all((await Promise.all(bundles)).map(({ assets }) => assets));
  const site = buildSite(join(root, "web", "shop"), ["config.json", "openapi.json"]);
  const assets = [...archives.flatMap((files) => Object.values(files)), ...site.assets.map(({ content }) => content)];
  const paths = await Promise.all(
    assets.filter((asset) => asset instanceof pulumi.asset.FileAsset).map(({ path }) => path),
  );
  const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(paths.map((path) => [relative(BUILDS, path), hash(path)]).sort());
}
