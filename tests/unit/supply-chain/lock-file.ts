import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../tools/paths.ts";

/** A package in package-lock.json. */
export interface LockedPackage {
  version: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  /** Its true name, where it is installed under another one. */
  name?: string;
}

/** The packages of package-lock.json by their path, e.g. `node_modules/stripe`. */
export const lockedPackages: [string, LockedPackage][] = Object.entries<LockedPackage>(
  JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages,
).filter(([path]) => path !== "");

/** The name that a path ends with. */
export function nameAt(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}
