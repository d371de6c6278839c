import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git, gitOutput } from "../tools/git.ts";
import { root } from "../tools/paths.ts";

/**
 * Makes a version from the change notes of a checkout: package.json and its lock file, CHANGELOG.md, a commit
 * `Release vX.Y.Z` and a tag `vX.Y.Z`. Pushes nothing.
 *
 * @returns The version's number.
 * @throws Error, a sentence, if there are no notes, or uncommitted changes.
 */
export function makeVersion(folder: string): string {
  if (gitOutput(folder, "status", "--porcelain") !== "") {
    throw new Error("There are uncommitted changes: commit them first, so that the version contains them.");
  }
  writeVersionAndChangelog(folder);
  const { version } = read(join(folder, "package.json"));
  const lockFile = join(folder, "package-lock.json");
  const lock = read(lockFile);
  lock.version = lock.packages[""].version = version;
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
  git(folder, "add", "--all");
  git(folder, "commit", "--message", `Release v${version}`);
  git(folder, "tag", `v${version}`);
  return version;
}

function writeVersionAndChangelog(cwd: string): void {
  const changesets = join(root, "node_modules", "@changesets", "cli", "bin.js");
  const { status } = spawnSync(process.execPath, [changesets, "version"], { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error('There is no new version: see above. "./orders change" adds a note of a change.');
}

function read(file: string) {
  return JSON.parse(readFileSync(file, "utf8"));
}
