import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";

/** A route of an API instance, as a request to it. */
export interface Route {
  /** In upper case. */
  method: string;
  /** As the contract has it, e.g. `/orders/{orderId}`. */
  path: string;
  /** The contract's own example of a body, where the route takes one. */
  body?: object;
}

/** The routes in the contract of an audience that ask for a key. */
export function routesOf(audience: Audience): Route[] {
  return Object.entries(openApiDocument(audience).paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => security === undefined)
      .map(([method, { requestBody }]) => ({ method: method.toUpperCase(), path, ...exampleOf(requestBody) })),
  );
}

/** A path with its parameters filled in. */
export function filledIn(path: string, parameters: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name] ?? ""));
}

function exampleOf(requestBody: object | undefined): { body?: object } {
  if (!requestBody) return {};
  const { content } = requestBody as { content: Record<string, { examples: Record<string, { value: object }> }> };
  const [example] = Object.values(content["application/json"]?.examples ?? {});
  return example ? { body: example.value } : {};
}
