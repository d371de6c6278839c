import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { BUILDS } from "../components/bundling/build-cache.ts";
import { bundle } from "../components/bundling/bundle.ts";
import { buildSite } from "../components/website/files.ts";
import { gitOutput } from "../tools/git.ts";
import { root } from "../tools/paths.ts";

/** What is built of a commit, to be deployed to one stage after the other. */
interface Artefact {
  /** Full hash. */
  commit: string;
  /** SHA-256 of each file that the program uploads, by its path among the builds. */
  files: Record<string, string>;
}

const LIST = "artefact.json";
/** What goes back to {@link BUILDS}, without whatever else a build is kept with. */
const BUNDLES = "bundles";

/** Builds what the program uploads, functions' code and the website, into a folder that is made anew. */
export async function writeArtefact(folder: string): Promise<Artefact> {
  rmSync(folder, { recursive: true, force: true });
  const bundles = join(folder, BUNDLES);
  mkdirSync(bundles, { recursive: true });
  const artefact = { commit: gitOutput(root, "rev-parse", "HEAD"), files: await build() };
  const builds = new Set(Object.keys(artefact.files).map((file) => dirname(file)));
  for (const name of builds) cpSync(join(BUILDS, name), join(bundles, name), { recursive: true });
  for (const manifest of globSync("*.json", { cwd: BUILDS })) {
    const { folder: built } = JSON.parse(readFileSync(join(BUILDS, manifest), "utf8"));
    if (builds.has(basename(built))) cpSync(join(BUILDS, manifest), join(bundles, manifest));
  }
  writeFileSync(join(folder, LIST), `${JSON.stringify(artefact, null, 2)}\n`);
  return artefact;
}

/**
 * Has the next deployment upload an artefact's files.
 *
 * @throws Error, a sentence, where the checkout is another commit's, or its program would upload other files.
 */
export async function takeArtefact(folder: string): Promise<Artefact> {
  const list = join(folder, LIST);
  if (!existsSync(list)) throw new Error(`${folder} has no ${LIST}: make it with "npm run build".`);
  const artefact = JSON.parse(readFileSync(list, "utf8")) as Artefact;
  const commit = gitOutput(root, "rev-parse", "HEAD");
  if (commit !== artefact.commit) {
    throw new Error(`The artefact in ${folder} was built of ${artefact.commit}, but ${commit} is checked out.`);
  }
  cpSync(join(folder, BUNDLES), BUILDS, { recursive: true });
  const files = await build();
  const names = new Set([...Object.keys(files), ...Object.keys(artefact.files)]);
  const others = [...names].filter((name) => files[name] !== artefact.files[name]);
  if (others.length > 0) {
    throw new Error(`The program would upload other files than the artefact in ${folder} has: ${others.join(", ")}.`);
  }
  return artefact;
}

/** Builds what is not built yet. @returns The hash of each file that the program uploads. */
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
