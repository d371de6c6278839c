import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";

/** A route of an API instance. */
export interface Route {
  /** Upper case. */
  method: string;
  /** With placeholders, e.g. `/orders/{orderId}`. */
  path: string;
  /** The contract's example, if the route takes a body. */
  body?: object;
}

/** The routes of an audience's contract that require a key. */
export function routesOf(audience: Audience): Route[] {
  return Object.entries(openApiDocument(audience).paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => security === undefined)
      .map(([method, { requestBody }]) => ({ method: method.toUpperCase(), path, ...exampleOf(requestBody) })),
  );
}

/** Fills a path's placeholders. */
export function fillPath(path: string, parameters: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name] ?? ""));
}

function exampleOf(requestBody: object | undefined): { body?: object } {
  if (!requestBody) return {};
  const { content } = requestBody as { content: Record<string, { examples?: Record<string, { value: object }> }> };
  const [{ examples = {} } = {}] = Object.values(content);
  const [example] = Object.values(examples);
  return example ? { body: example.value } : {};
}
