import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";

/** Bundles are kept by their content's hash: the same content is the same file, which the engine sees as unchanged. */
const CACHE = join(import.meta.dirname, "..", "node_modules", ".cache", "bundles");

/**
 * Ways of finding credentials that a Lambda function never uses: its role's credentials are in its environment, which
 * the SDK looks at first. Left out, a bundle is about a third smaller.
 */
const UNUSED_CREDENTIAL_PROVIDERS = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-login",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@aws-sdk/token-providers",
  "@smithy/credential-provider-imds",
];

/** Some CommonJS dependencies call `require` for Node's own modules, which an ES module has to make first. */
const REQUIRE_BANNER =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/**
 * Bundles a handler and all it imports, the AWS SDK included, into one minified ES module with its source map.
 *
 * @param entry - Absolute path of the handler's TypeScript file, which exports `handler`.
 * @returns The archive of a Lambda function whose handler is `index.handler`. The same sources give the same archive.
 */
export async function bundle(entry: string): Promise<pulumi.asset.AssetArchive> {
  const result = await build({
    entryPoints: [entry],
    outfile: "index.mjs",
    bundle: true,
    minify: true,
    write: false,
    sourcemap: "linked",
    sourcesContent: false,
    format: "esm",
    platform: "node",
    target: "node22",
    mainFields: ["module", "main"],
    external: UNUSED_CREDENTIAL_PROVIDERS,
    banner: { js: REQUIRE_BANNER },
    legalComments: "none",
    logLevel: "silent",
  });

  const hash = createHash("sha256");
  for (const file of result.outputFiles) hash.update(file.contents);
  const folder = join(CACHE, hash.digest("hex").slice(0, 32));
  if (!existsSync(folder)) await store(folder, result.outputFiles);

  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      result.outputFiles.map(({ path }) => [basename(path), new pulumi.asset.FileAsset(join(folder, basename(path)))]),
    ),
  );
}

/** Renames the finished folder into place, so that no other deployment ever sees half of it. */
async function store(folder: string, files: { path: string; contents: Uint8Array }[]): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  for (const { path, contents } of files) await writeFile(join(unfinished, basename(path)), contents);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true });
  }
}
