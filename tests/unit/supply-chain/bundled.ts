import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { bundle } from "../../../components/bundling/bundle.ts";
import { root } from "../../../tools/paths.ts";

/** Paths of the packages that the functions' bundles are made of, e.g. `node_modules/stripe`. */
export async function packagesInFunctions(): Promise<string[]> {
  const maps = globSync(join(root, "handlers", "*.ts")).map(async (entry) => {
    const asset = (await (await bundle(entry)).assets)["index.mjs.map"] as pulumi.asset.FileAsset;
    return JSON.parse(readFileSync(await asset.path, "utf8")).sources as string[];
  });
  return packagesOf((await Promise.all(maps)).flat());
}

/** Paths of the packages that the pages' scripts and styles are made of. */
export async function packagesInPages(): Promise<string[]> {
  const options = { bundle: true, write: false, metafile: true, outdir: "site", platform: "browser" } as const;
  const loader = { ".ico": "empty", ".png": "empty", ".svg": "empty", ".woff2": "empty" } as const;
  const entryPoints = globSync(join(root, "web", "shop", "*.{ts,css}"));
  const { metafile } = await build({ ...options, loader, entryPoints, absWorkingDir: root });
  return packagesOf(Object.keys(metafile.inputs));
}

function packagesOf(files: string[]): string[] {
  const paths = files.map((file) => /(?:node_modules\/(?:@[^/]+\/)?[^/]+\/?)+/.exec(file)?.[0].replace(/\/$/, ""));
  return [...new Set(paths)].filter((path) => path !== undefined);
}
