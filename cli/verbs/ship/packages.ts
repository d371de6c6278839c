import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../../../tools/paths.ts";
import { type Report, TOLD } from "../../context.ts";
import { EXIT } from "../../exit-codes.ts";

/** Looks for known vulnerabilities. */
export function audit(): Promise<Report> {
  return shown(process.execPath, [join(root, "node_modules", "better-npm-audit", "index.js"), "audit"]);
}

/** Prints the bill of materials. */
export function sbom(): Promise<Report> {
  const kind = ["--sbom-format", "cyclonedx", "--sbom-type", "application"];
  return shown("npm", ["sbom", ...kind, "--package-lock-only"]);
}

/** Adds a note of a change, with the arguments of `changeset add`. */
export function change(args: string[]): Promise<Report> {
  return shown(process.execPath, [join(root, "node_modules", "@changesets", "cli", "bin.js"), "add", ...args]);
}

/** Runs a program in the checkout, on this terminal. */
async function shown(program: string, args: string[]): Promise<Report> {
  const child = spawn(program, args, { cwd: root, stdio: "inherit" });
  const [code] = await once(child, "close");
  return { ...TOLD, exitCode: code === 0 ? EXIT.DONE : EXIT.FAILED };
}
