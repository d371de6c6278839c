import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../../../domain/contract/openapi.ts";
import { root } from "../../../tools/paths.ts";
import type { Report } from "../../context.ts";

/** Generates the contract of each audience from the schemas. */
export async function openapi(): Promise<Report> {
  const files = (["storefront", "backoffice"] as const).map((audience) => {
    const file = join(root, "domain", "contract", `${audience}.json`);
    writeFileSync(file, `${JSON.stringify(openApiDocument(audience), null, 2)}\n`);
    return file;
  });
  return { data: files, text: files.map((file) => `Wrote ${file}.`).join("\n") };
}
