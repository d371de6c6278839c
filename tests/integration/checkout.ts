import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { root } from "../../tools/paths.ts";

/** Copies this checkout, as somebody else's clone of it would be after its set-up. */
export function copyCheckout(folder: string): void {
  const left = /^(node_modules|\.git|\.orders(?!\/tools\.json$)\/.+)$/;
  cpSync(root, folder, { recursive: true, filter: (path) => !left.test(relative(root, path)) });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

/** What can be set in a stage's file. */
interface StageFile {
  secretsprovider?: string;
  encryptedkey?: string;
  config?: Record<string, unknown>;
}

/** Edits a stage's file in a copy, as its owner would. Settings that are not named stay. */
export function editStage(folder: string, stage: string, { config, ...others }: StageFile): void {
  const file = join(folder, `Pulumi.${stage}.yaml`);
  const before: StageFile = parse(readFileSync(file, "utf8"));
  writeFileSync(file, stringify({ ...before, ...others, config: { ...before.config, ...config } }));
}
