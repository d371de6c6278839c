import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { git } from "../tools/git.ts";
import { root } from "../tools/paths.ts";

const SOURCES = [
  "index.ts",
  "package.json",
  "tsconfig.json",
  "aws",
  "components",
  "domain",
  "handlers",
  "mails",
  "payments",
  "store",
  "web",
];

/** Copies the program to a new folder, where it can be changed without touching the checkout. */
export function copyProgram(folder: string): void {
  for (const source of SOURCES) cpSync(join(root, source), join(folder, source), { recursive: true });
  linkPackages(folder);
}

/**
 * Writes the program of another commit to a new folder. It runs on this checkout's packages.
 *
 * @param ref - A commit, tag or branch.
 */
export function extractProgram(ref: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-x", "-C", folder], { input: git(root, "archive", "--format=tar", ref) });
  linkPackages(folder);
}

function linkPackages(folder: string): void {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}
