// npm run openapi: generates the contract of each audience from the schemas, into domain/contract/.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import { root } from "../../tools/paths.ts";

for (const audience of ["storefront", "backoffice"] as const) {
  const file = join(root, "domain", "contract", `${audience}.json`);
  writeFileSync(file, `${JSON.stringify(openApiDocument(audience), null, 2)}\n`);
  console.log(`Wrote ${file}.`);
}
