/** A file that esbuild made. */
export interface BuiltAsset {
  /** What it is called in the sources; what is outside of them, by its path from the root. */
  name: string;
  key: string;
  path: string;
  /** Keys of the files that it loads, directly or by what it loads. */
  imports: string[];
}

/** `src` and `href` of a file of the site; a slash in front, if any, says that it is found from the site's root. */
const REFERENCE = /\b(src|href)="(\/?)([\w./-]+)([^"]*)"/g;

const CLASSIC_SCRIPT = /<script(?![^>]*\btype="module")[^>]*\bsrc="([\w./-]+)"/g;

/** The files of the site that a page refers to. */
export function localReferences(html: string): string[] {
  return [...html.matchAll(REFERENCE)].filter(isLocal).map(([, , , file = ""]) => file);
}

/** The scripts of a page that are no modules. */
export function classicScripts(html: string): string[] {
  return [...html.matchAll(CLASSIC_SCRIPT)].map(([, file = ""]) => file);
}

/** The page as it is served: with the files' own names, and what its scripts import asked for at once. */
export function servedPage(html: string, built: BuiltAsset[]): string {
  const assets = new Map(built.map((asset) => [asset.name, asset]));
  const imports = new Set(localReferences(html).flatMap((file) => assets.get(file)?.imports ?? []));
  const links = [...imports].map((key) => `<link rel="modulepreload" href="${key}">\n`);
  const named = html.replace(REFERENCE, (...match) => {
    const [reference, attribute, slash, file, rest] = match;
    const asset = isLocal(match) && assets.get(file);
    return asset ? `${attribute}="${slash}${asset.key}${rest}"` : reference;
  });
  // To a browser, a line break is as good as a line break with spaces.
  return named.replace(/\n\s+/g, "\n").replace("</head>", `${links.join("")}</head>`);
}

/** Not an address elsewhere, such as `https://…`, `//host/…` or `mailto:…`. */
function isLocal([, , , file = "", rest = ""]: readonly string[]): boolean {
  return !rest.startsWith(":") && !file.startsWith("/");
}
