import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { type CacheableOptions, findBuilt, keepBuilt, ROOT } from "./build-cache.ts";

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
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: "site",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  format: "esm",
  platform: "browser",
  // What browsers have had for three years.
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  loader: { ".ico": "copy", ".png": "copy", ".svg": "copy", ".woff2": "copy" },
  logLevel: "silent",
} satisfies Omit<CacheableOptions, "entryPoints">;

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
  const files = [...new Set(references.map(({ file }) => file))].filter((file) => !known.includes(file)).sort();
  for (const { name, file } of references) {
    const page = `${join(source, name)} refers to ${file}`;
    if (known.includes(file)) continue;
    if (!existsSync(join(source, file))) throw new pulumi.RunError(`${page}, which is not in ${source}.`);
    if (SERVABLE.includes(extname(file))) continue;
    throw new pulumi.RunError(`${page}, but a site's files can only be ${SERVABLE.join(", ")}.`);
  }

  const { folder, origins } = bundleFiles(files.map((file) => join(source, file)));
  const named = Object.entries(origins).map(([key, origin]) => ({ key, name: relative(source, join(ROOT, origin)) }));
  const keys = Object.fromEntries(named.map(({ key, name }) => [name, key]));
  return {
    assets: named.map(({ key, name }) => ({
      name,
      key,
      contentType: contentType(key),
      cacheControl: FOREVER,
      content: new pulumi.asset.FileAsset(join(folder, key)),
    })),
    pages: Object.fromEntries(sources.map(({ name, html }) => [name, withoutIndentation(withKeys(html, keys))])),
  };
}

/** A file whose name stays, whatever its content: a page, or data that pages load. */
export function namedFile(name: string, content: pulumi.Input<string>): SiteFile {
  return { name, key: name, contentType: contentType(name), cacheControl: ASK_EACH_TIME, content };
}

function bundleFiles(entryPoints: string[]) {
  const options: CacheableOptions = { ...OPTIONS, entryPoints };
  const start = Date.now();
  return findBuilt(options) ?? keepBuilt(options, buildSync(options), start);
}

/** `src` and `href` of a file of the site; a slash in front, if any, says that it is found from the site's root. */
const REFERENCE = /\b(src|href)="(\/?)([\w./-]+)([^"]*)"/g;

function localReferences(html: string): string[] {
  return [...html.matchAll(REFERENCE)].filter(isLocal).map(([, , , file = ""]) => file);
}

function withKeys(html: string, keys: Record<string, string>): string {
  return html.replace(REFERENCE, (...match) => {
    const [reference, attribute, slash, file, rest] = match;
    return isLocal(match) && keys[file] ? `${attribute}="${slash}${keys[file]}${rest}"` : reference;
  });
}

/** To a browser, a line break is as good as a line break with spaces. */
function withoutIndentation(html: string): string {
  return html.replace(/\n\s+/g, "\n");
}

/** Not an address elsewhere, such as `https://…`, `//host/…` or `mailto:…`. */
function isLocal([, , , file = "", rest = ""]: readonly string[]): boolean {
  return !rest.startsWith(":") && !file.startsWith("/");
}

function contentType(key: string): string {
  return CONTENT_TYPES[extname(key)] ?? "application/octet-stream";
}
