import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { type CacheableOptions, findBuilt, keepBuilt, ROOT } from "../bundling/build-cache.ts";
import { type BuiltAsset, classicScripts, localReferences, servedPage } from "./pages.ts";

/** One file of a site, as it is to be served. */
export interface SiteFile {
  /** What it is called in the sources, whatever its content. */
  name: string;
  /** Its path below the site's root. It changes with the content where the file may be kept forever. */
  key: string;
  contentType: string;
  cacheControl: string;
  content: pulumi.asset.FileAsset | pulumi.Input<string>;
}

/** A site, built. */
export interface Site {
  /** Scripts, styles and images, which the pages refer to. */
  assets: SiteFile[];
  /** HTML by its name, with references to the assets as they are served. */
  pages: Record<string, string>;
}

/** The name has the content's hash in it, so what a browser has is never out of date. */
const FOREVER = "public, max-age=31536000, immutable";

/** Browsers ask each time whether what they have is still good. */
const ASK_EACH_TIME = "no-cache";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** What a page may refer to; TypeScript becomes a script. */
const SERVABLE = [...Object.keys(CONTENT_TYPES), ".ts"];

const OPTIONS = {
  absWorkingDir: ROOT,
  preserveSymlinks: true,
  bundle: true,
  minify: true,
  // The pages, their scripts and styles are all served as UTF-8.
  charset: "utf8",
  write: false,
  metafile: true,
  outdir: "site",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  platform: "browser",
  target: "es2022",
  loader: { ".ico": "copy", ".png": "copy", ".svg": "copy", ".woff2": "copy" },
  logLevel: "silent",
} satisfies Omit<CacheableOptions, "entryPoints">;

/** What modules share is in a file of its own: who goes on to the next page has it already. */
const MODULES = { ...OPTIONS, format: "esm", splitting: true } as const;

/** A script that is no module has all it needs in one file. */
const CLASSIC_SCRIPTS = { ...OPTIONS, format: "iife" } as const;

/**
 * Builds a site: bundles and minifies the scripts and styles that its pages refer to, gives names with their content's hash
 * to all that the pages refer to, and puts these names into the pages. The same sources give the same site.
 *
 * @param source - Absolute path of the folder whose HTML files are the site's pages.
 * @param generated - Files that are in no folder, but that pages may refer to.
 * @throws pulumi.RunError, a sentence, for a reference to a file that is not there or that can't be served.
 */
export function buildSite(source: string, generated: string[]): Site {
  const names = readdirSync(source).filter((name) => name.endsWith(".html"));
  const sources = names.map((name) => ({ name, html: readFileSync(join(source, name), "utf8") }));
  const known = [...names, ...generated];
  const references = sources.flatMap(({ name, html }) => localReferences(html).map((file) => ({ name, file })));
  const entries = [...new Set(references.map(({ file }) => file))].filter((file) => !known.includes(file)).sort();
  for (const { name, file } of references) {
    const page = `${join(source, name)} refers to ${file}`;
    if (known.includes(file)) continue;
    if (!existsSync(join(source, file))) throw new pulumi.RunError(`${page}, which is not in ${source}.`);
    if (SERVABLE.includes(extname(file))) continue;
    throw new pulumi.RunError(`${page}, but a site's files can only be ${SERVABLE.join(", ")}.`);
  }

  const classic = new Set(sources.flatMap(({ html }) => classicScripts(html)));
  const built = [
    ...bundle(
      source,
      MODULES,
      entries.filter((file) => !classic.has(file)),
    ),
    ...bundle(
      source,
      CLASSIC_SCRIPTS,
      entries.filter((file) => classic.has(file)),
    ),
  ];
  return {
    assets: built.map(({ name, key, path }) => ({
      name,
      key,
      contentType: contentType(key),
      cacheControl: FOREVER,
      content: new pulumi.asset.FileAsset(path),
    })),
    pages: Object.fromEntries(sources.map(({ name, html }) => [name, servedPage(html, built)])),
  };
}

/** A file whose name stays, whatever its content: a page, or data that pages load. */
export function namedFile(name: string, content: pulumi.Input<string>): SiteFile {
  return { name, key: name, contentType: contentType(name), cacheControl: ASK_EACH_TIME, content };
}

function bundle(source: string, common: typeof MODULES | typeof CLASSIC_SCRIPTS, entries: string[]): BuiltAsset[] {
  const options: CacheableOptions = { ...common, entryPoints: entries.map((file) => join(source, file)) };
  const start = Date.now();
  const { folder, files } = findBuilt(options) ?? keepBuilt(options, buildSync(options), start);
  const importsOf = (key: string): string[] =>
    (files[key]?.imports ?? []).flatMap((imported) => [imported, ...importsOf(imported)]);
  return Object.entries(files).map(([key, { origin }]) => ({
    name: relative(source, join(ROOT, origin)).replaceAll("../", ""),
    key,
    path: join(folder, key),
    imports: importsOf(key),
  }));
}

function contentType(key: string): string {
  return CONTENT_TYPES[extname(key)] ?? "application/octet-stream";
}
