import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The checkout's root folder. */
export const root = join(import.meta.dirname, "..");

/** Everything that the local target keeps: state, logs, where its tools are. Ignored by git. */
export const localFolder = join(root, ".orders");

/** The programs that set-up finds or installs, by the names it records them under. */
export interface Tools {
  /** Root of the Pulumi CLI's installation: the CLI is `bin/pulumi` below it. */
  pulumi: string;
  /** Python of the virtual environment that has MiniStack. */
  python: string;
  /** k6, once set-up was asked for it. */
  k6?: string;
  /** Chromium or Chrome, once set-up was asked for it. */
  chromium?: string;
  /** oasdiff, once set-up was asked for it. */
  oasdiff?: string;
  /** actionlint, once set-up was asked for it. */
  actionlint?: string;
  /** Python of the virtual environment that has Schemathesis, once set-up was asked for it. */
  schemathesis?: string;
  /** stripe-mock, once set-up was asked for it. */
  "stripe-mock"?: string;
}

/**
 * Where a tool is, as `tools/setup/install.mjs` recorded it.
 * @throws Error when set-up has not installed it yet.
 */
export function tool(name: keyof Tools): string {
  const path = recorded()[name];
  if (path === undefined) {
    const onDemand = name !== "pulumi" && name !== "python";
    throw new Error(`${name} is not set up yet: run "node tools/setup/install.mjs${onDemand ? ` ${name}` : ""}".`);
  }
  return path;
}

function recorded(): Partial<Tools> {
  try {
    return JSON.parse(readFileSync(join(localFolder, "tools.json"), "utf8")) as Partial<Tools>;
  } catch {
    return {};
  }
}
