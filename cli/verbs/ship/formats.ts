import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressFormats } from "../../../tools/formats/address-formats.ts";
import { phoneFormats } from "../../../tools/formats/phone-formats.ts";
import { root } from "../../../tools/paths.ts";
import type { Report } from "../../context.ts";

/** Generates what the domain knows of addresses and phone numbers. */
export function formats(): Report {
  const contents = { "address-formats.ts": addressFormats(), "phone-formats.json": phoneFormats() };
  const written = Object.entries(contents).map(([name, content]) => {
    const file = join(root, "domain", name);
    writeFileSync(file, content);
    return file;
  });
  return { data: written, text: written.map((file) => `Wrote ${file}.`).join("\n") };
}
