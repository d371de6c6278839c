import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressFormats } from "../../../tools/addresses/formats.ts";
import { root } from "../../../tools/paths.ts";
import type { Report } from "../../context.ts";

/** Generates the table of address formats. */
export function addresses(): Report {
  const file = join(root, "domain", "address-formats.ts");
  writeFileSync(file, addressFormats());
  return { data: file, text: `Wrote ${file}.` };
}
