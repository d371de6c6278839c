import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { type CacheableOptions, findBuild, ROOT, saveBuild } from "./build-cache.ts";

/** Some CommonJS dependencies call `require` for Node.js built-ins; ES modules have to create it. */
const REQUIRE_BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const OPTIONS = {
  outfile: "index.mjs",
  absWorkingDir: ROOT,
  // The same bundle even if node_modules is a symbolic link.
  preserveSymlinks: true,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  sourcemap: "linked",
  sourcesContent: false,
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  banner: { js: REQUIRE_BANNER },
  legalComments: "none",
  logLevel: "silent",
  // The SDK imports these lazily, and never does so here: a function's credentials come from its environment, and no service
  // in use has event streams. Without them, a bundle is a third smaller.
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
} satisfies Omit<CacheableOptions, "entryPoints">;

/**
 * Bundles a handler and all its imports, including the AWS SDK, into one minified ES module with a source map.
 *
 * @param entry - Absolute path of the TypeScript file that exports `handler`.
 * @returns The code of a Lambda function whose handler is `index.handler`. The same sources give the same archive.
 */
export async function bundle(entry: string): Promise<pulumi.asset.AssetArchive> {
  // Relative: in an absolute path, esbuild would take a folder's `*` for a pattern.
  const options: CacheableOptions = { ...OPTIONS, entryPoints: [`./${relative(ROOT, entry)}`] };
  const start = Date.now();
  const { folder } = findBuild(options) ?? saveBuild(options, await build(options), start);
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      ["index.mjs", "index.mjs.map"].map((file) => [file, new pulumi.asset.FileAsset(join(folder, file))]),
    ),
  );
}
