/** An output file of esbuild. */
export interface BuiltAsset {
  /** Its path in the site's sources; outside of them, its path below the root. */
  name: string;
  /** Its file name, which contains the content's hash. */
  key: string;
  /** Its absolute path. */
  path: string;
  /** Keys of all its static imports, direct and indirect. */
  imports: string[];
}

/** `src` or `href`, with an optional leading slash, the file, and the rest of the URL. */
const REFERENCE = /\b(src|href)="(\/?)([\w./-]+)([^"]*)"/g;

const CLASSIC_SCRIPT = /<script(?![^>]*\btype="module")[^>]*\bsrc="([\w./-]+)"/g;

/** The site's files that a page refers to. */
export function localReferences(html: string): string[] {
  return [...html.matchAll(REFERENCE)].filter(isLocal).map(([, , , file = ""]) => file);
}

/** The page's scripts without `type="module"`. */
export function classicScripts(html: string): string[] {
  return [...html.matchAll(CLASSIC_SCRIPT)].map(([, file = ""]) => file);
}

/** The page as it is served: references replaced by the assets' keys, and its scripts' imports preloaded. */
export function servedPage(html: string, built: BuiltAsset[]): string {
  const assets = new Map(built.map((asset) => [asset.name, asset]));
  const imports = new Set(localReferences(html).flatMap((file) => assets.get(file)?.imports ?? []));
  const links = [...imports].map((key) => `<link rel="modulepreload" href="${key}">\n`);
  const named = html.replace(REFERENCE, (...match) => {
    const [reference, attribute, slash, file, rest] = match;
    const asset = isLocal(match) && assets.get(file);
    return asset ? `${attribute}="${slash}${asset.key}${rest}"` : reference;
  });
  // Strips indentation, which browsers ignore.
  return named.replace(/\n\s+/g, "\n").replace("</head>", `${links.join("")}</head>`);
}

/** Excludes URLs such as `https://…`, `//host/…` and `mailto:…`. */
function isLocal([, , , file = "", rest = ""]: readonly string[]): boolean {
  return !rest.startsWith(":") && !file.startsWith("/");
}
