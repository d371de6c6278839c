import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { partition } from "es-toolkit";
import { buildSync } from "esbuild";
import { type CacheableOptions, findBuild, ROOT, saveBuild } from "../bundling/build-cache.ts";
import { type BuiltAsset, classicScripts, localReferences, servedPage } from "./pages.ts";

/** A file of the site, as it is served. */
export interface SiteFile {
  /** Its path in the sources. */
  name: string;
  /** Its path below the site's root. Assets have a hash of their content in it. */
  key: string;
  contentType: string;
  cacheControl: string;
  content: pulumi.asset.FileAsset | pulumi.Input<string>;
}

/** The result of {@link buildSite}. */
export interface Site {
  /** The scripts, styles and images that the pages refer to, and the products' pictures. */
  assets: SiteFile[];
  /** HTML by file name, with references to the assets' keys. */
  pages: Record<string, string>;
}

/** The folder of the products' pictures, to which the catalogue refers by path. */
const PICTURES = "pictures";

/** For assets: the key changes with the content. */
const CACHE_FOREVER = "public, max-age=31536000, immutable";

/** For pictures: each page of the shop has many, and they hardly ever change. */
const CACHE_FOR_A_DAY = "public, max-age=86400";

/** For all other files: browsers revalidate before each use. */
const REVALIDATE = "no-cache";

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ...IMAGE_TYPES,
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/** Extensions of the files that pages may refer to. */
const EXTENSIONS = [...Object.keys(CONTENT_TYPES), ".ts"];

const OPTIONS = {
  absWorkingDir: ROOT,
  preserveSymlinks: true,
  bundle: true,
  minify: true,
  charset: "utf8",
  write: false,
  metafile: true,
  outdir: "site",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  platform: "browser",
  target: "es2022",
  loader: Object.fromEntries([...Object.keys(IMAGE_TYPES), ".woff2"].map((extension) => [extension, "copy" as const])),
  logLevel: "silent",
} satisfies Omit<CacheableOptions, "entryPoints">;

/** Shared code is split off, so that browsers load it once for all pages. */
const MODULES = { ...OPTIONS, format: "esm", splitting: true } as const;

/** Each classic script is one self-contained file. */
const CLASSIC_SCRIPTS = { ...OPTIONS, format: "iife" } as const;

/**
 * Builds a site: bundles and minifies the scripts and styles that its pages refer to, adds content hashes to the names of
 * these assets, and updates the references. The same sources give the same site.
 *
 * @param source - Absolute path of the folder whose HTML files are the site's pages. Images in its folder `pictures`, if it has
 * one, keep their paths, so that products can refer to them.
 * @param generated - Names of files that are not in the folder, but to which pages may refer.
 * @throws pulumi.RunError if a page refers to a file that is missing or has an unsupported extension, or if a picture has one.
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
    if (EXTENSIONS.includes(extname(file))) continue;
    throw new pulumi.RunError(`${page}, but a site's files can only be ${EXTENSIONS.join(", ")}.`);
  }

  const scripts = new Set(sources.flatMap(({ html }) => classicScripts(html)));
  const [classic, modules] = partition(entries, (file) => scripts.has(file));
  const built = [...bundle(source, MODULES, modules), ...bundle(source, CLASSIC_SCRIPTS, classic)];
  return {
    assets: [
      ...built.map(({ name, key, path }) => ({
        name,
        key,
        contentType: contentType(key),
        cacheControl: CACHE_FOREVER,
        content: new pulumi.asset.FileAsset(path),
      })),
      ...pictures(source),
    ],
    pages: Object.fromEntries(sources.map(({ name, html }) => [name, servedPage(html, built)])),
  };
}

/** A file with a fixed key: a page, or data that pages load. */
export function fixedFile(name: string, content: pulumi.Input<string>): SiteFile {
  return { name, key: name, contentType: contentType(name), cacheControl: REVALIDATE, content };
}

function pictures(source: string): SiteFile[] {
  const folder = join(source, PICTURES);
  // Dot files are the operating system's, such as .DS_Store.
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(".")) : [];
  return names.sort().map((name) => {
    const extensions = Object.keys(IMAGE_TYPES).join(", ");
    if (!(extname(name) in IMAGE_TYPES))
      throw new pulumi.RunError(`${join(folder, name)} is no picture: those can only be ${extensions}.`);
    const key = `${PICTURES}/${name}`;
    const content = new pulumi.asset.FileAsset(join(folder, name));
    return { name: key, key, contentType: contentType(key), cacheControl: CACHE_FOR_A_DAY, content };
  });
}

function bundle(source: string, common: typeof MODULES | typeof CLASSIC_SCRIPTS, entries: string[]): BuiltAsset[] {
  const options: CacheableOptions = {
    ...common,
    entryPoints: entries.map((file) => `./${relative(ROOT, join(source, file))}`),
  };
  const start = Date.now();
  const { folder, files } = findBuild(options) ?? saveBuild(options, buildSync(options), start);
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
