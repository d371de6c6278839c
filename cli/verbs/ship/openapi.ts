import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { type OpenApiDocument, openApiDocument } from "../../../domain/contract/openapi.ts";
import { root } from "../../../tools/paths.ts";
import type { Report } from "../../context.ts";

/** Generates the contract of each audience from the schemas, and from it the types for openapi-fetch. */
export async function openapi(): Promise<Report> {
  const written: string[] = [];
  for (const audience of ["storefront", "backoffice"] as const) {
    const document = openApiDocument(audience);
    const contents = { json: `${JSON.stringify(document, null, 2)}\n`, "d.ts": await typesOf(document) };
    for (const [extension, content] of Object.entries(contents)) {
      const file = join(root, "domain", "contract", `${audience}.${extension}`);
      writeFileSync(file, content);
      written.push(file);
    }
  }
  return { data: written, text: written.map((file) => `Wrote ${file}.`).join("\n") };
}

/** A contract's paths and schemas as TypeScript. */
export async function typesOf(document: OpenApiDocument): Promise<string> {
  const typescript = new URL("typescript-5.ts", import.meta.url).href;
  const hooks = registerHooks({
    resolve: (name, context, next) =>
      name === "typescript" ? { url: typescript, shortCircuit: true } : next(name, context),
  });
  try {
    const { default: toTypes, astToString, COMMENT_HEADER } = await import("openapi-typescript");
    return COMMENT_HEADER + astToString(await toTypes(JSON.stringify(document)));
  } finally {
    hooks.deregister();
  }
}
