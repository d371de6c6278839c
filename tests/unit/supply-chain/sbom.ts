import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../../tools/paths.ts";

/** What we look at of a component in a bill of materials, as CycloneDX has it. */
export interface SbomComponent {
  name: string;
  version: string;
  scope: "required" | "optional";
  purl: string;
  licenses?: ({ license: { id?: string; name?: string } } | { expression: string })[];
}

export interface Sbom {
  metadata: { component: { purl: string; type: string } };
  components: SbomComponent[];
}

/** Has the verb `sbom` write the bill of materials. @returns What it printed. */
export async function printedSbom(): Promise<string> {
  const options = { cwd: root, maxBuffer: 10_000_000 };
  return (await promisify(execFile)(process.execPath, [join(root, "cli", "main.ts"), "sbom"], options)).stdout;
}

/** The licence of a component as an SPDX expression. */
export function licenceOf({ licenses: [licence] = [] }: SbomComponent): string | undefined {
  if (!licence) return undefined;
  return "expression" in licence ? licence.expression : licence.license.id;
}
