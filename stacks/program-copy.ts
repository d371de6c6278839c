import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { git } from "../tools/git.ts";
import { root } from "../tools/paths.ts";

const SOURCES = ["index.ts", "package.json", "aws", "components", "domain", "handlers", "payments", "store", "web"];

/** Copies the program into a new folder, where a handler can be changed without touching the checkout. */
export function copyProgram(folder: string): void {
  for (const source of SOURCES) cpSync(join(root, source), join(folder, source), { recursive: true });
  linkPackages(folder);
}

/**
 * Writes the program as it was at some time into a new folder. It runs on the packages of this checkout.
 *
 * @param ref - What git knows that time by: a commit, a tag, a branch.
 */
export function extractProgram(ref: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-x", "-C", folder], { input: git(root, "archive", "--format=tar", ref) });
  linkPackages(folder);
}

function linkPackages(folder: string): void {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}
