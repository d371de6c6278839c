// npm run openapi: writes the contract of both audiences, as the schemas say it, to openapi/.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../../orders/openapi.ts";
import { root } from "../../lib/tools.ts";

for (const audience of ["storefront", "backoffice"] as const) {
  const file = join(root, "openapi", `${audience}.json`);
  writeFileSync(file, `${JSON.stringify(openApiDocument(audience), null, 2)}\n`);
  console.log(`Wrote ${file}.`);
}
