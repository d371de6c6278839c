import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { type CacheableOptions, findBuilt, keepBuilt, ROOT } from "./build-cache.ts";

/** Some CommonJS dependencies call `require` for Node's own modules, which an ES module has to make first. */
const REQUIRE_BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const OPTIONS = {
  outfile: "index.mjs",
  absWorkingDir: ROOT,
  // The same bundle wherever the program is, also where it has its packages by a link.
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
} satisfies Omit<CacheableOptions, "entryPoints">;

/**
 * Bundles a handler and all it imports, the AWS SDK included, into one minified ES module with its source map.
 *
 * @param entry - Absolute path of the handler's TypeScript file, which exports `handler`.
 * @returns The archive of a Lambda function whose handler is `index.handler`. The same sources give the same archive.
 */
export async function bundle(entry: string): Promise<pulumi.asset.AssetArchive> {
  const options: CacheableOptions = { ...OPTIONS, entryPoints: [entry] };
  const start = Date.now();
  const { folder } = findBuilt(options) ?? keepBuilt(options, await build(options), start);
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      ["index.mjs", "index.mjs.map"].map((file) => [file, new pulumi.asset.FileAsset(join(folder, file))]),
    ),
  );
}
