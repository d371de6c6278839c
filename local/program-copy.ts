import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.ts";

const SOURCES = ["index.ts", "package.json", "components", "handlers", "orders", "web"];

/** Copies the program into a new folder, where a handler can be changed without touching the checkout. */
export function copyProgram(folder: string): void {
  for (const source of SOURCES) cpSync(join(root, source), join(folder, source), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}
