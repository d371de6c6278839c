import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import { table } from "../support/markdown.ts";

/** Callers, by the key that they send. */
export const CALLERS = [
  "no key",
  "a wrong key",
  "a key without a plan",
  "another stage's key",
  "the storefront's key",
  "the back office's key",
] as const;

export type Caller = (typeof CALLERS)[number];

/** An API instance's responses to a request, by caller. */
export interface Access {
  instance: Audience;
  /** Method and path, with placeholders. */
  route: string;
  /** HTTP statuses, one for each of {@link CALLERS}. */
  responses: readonly number[];
}

const PUBLIC = [200, 200, 200, 200, 200, 200];
/** The instance doesn't have the path. */
const NOT_FOUND = [404, 404, 404, 404, 404, 404];
/** The instance has the path, but not the method. */
const NOT_ALLOWED = [405, 405, 405, 405, 405, 405];

/** Every route of either instance, requested from both. */
export const ACCESS: Access[] = [
  { instance: "storefront", route: "POST /orders", responses: [403, 403, 403, 403, 201, 403] },
  { instance: "storefront", route: "GET /orders", responses: NOT_ALLOWED },
  { instance: "storefront", route: "GET /orders/{orderId}", responses: [403, 403, 403, 403, 200, 403] },
  { instance: "storefront", route: "PUT /orders/{orderId}", responses: NOT_ALLOWED },
  { instance: "storefront", route: "POST /orders/{orderId}/cancel", responses: [403, 403, 403, 403, 202, 403] },
  { instance: "storefront", route: "POST /orders/{orderId}/payment", responses: [403, 403, 403, 403, 202, 403] },
  { instance: "storefront", route: "POST /orders/{orderId}/refunds", responses: NOT_FOUND },
  { instance: "storefront", route: "GET /products", responses: [403, 403, 403, 403, 200, 403] },
  { instance: "storefront", route: "GET /products/{productId}", responses: [403, 403, 403, 403, 200, 403] },
  { instance: "storefront", route: "PUT /products/{productId}", responses: NOT_ALLOWED },
  { instance: "storefront", route: "PATCH /products/{productId}", responses: NOT_ALLOWED },
  { instance: "storefront", route: "GET /products/{productId}/stock", responses: NOT_FOUND },
  { instance: "storefront", route: "POST /products/{productId}/stock", responses: NOT_FOUND },
  { instance: "storefront", route: "GET /health", responses: PUBLIC },
  { instance: "backoffice", route: "POST /orders", responses: [403, 403, 403, 403, 403, 201] },
  { instance: "backoffice", route: "GET /orders", responses: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "GET /orders/{orderId}", responses: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "PUT /orders/{orderId}", responses: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "POST /orders/{orderId}/cancel", responses: [403, 403, 403, 403, 403, 202] },
  { instance: "backoffice", route: "POST /orders/{orderId}/payment", responses: NOT_FOUND },
  { instance: "backoffice", route: "POST /orders/{orderId}/refunds", responses: [403, 403, 403, 403, 403, 202] },
  { instance: "backoffice", route: "GET /products", responses: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "GET /products/{productId}", responses: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "PUT /products/{productId}", responses: [403, 403, 403, 403, 403, 201] },
  { instance: "backoffice", route: "PATCH /products/{productId}", responses: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "GET /products/{productId}/stock", responses: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "POST /products/{productId}/stock", responses: [403, 403, 403, 403, 403, 201] },
  { instance: "backoffice", route: "GET /health", responses: PUBLIC },
];

/** Every route of either contract, at both instances: {@link ACCESS} must cover all of them. */
export function routesAtBoth(): Pick<Access, "instance" | "route">[] {
  const instances: Audience[] = ["storefront", "backoffice"];
  const routes = instances.flatMap((audience) =>
    Object.entries(openApiDocument(audience).paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  );
  return instances.flatMap((instance) => [...new Set(routes)].map((route) => ({ instance, route })));
}

/** The table in docs/reliability.md. */
export function accessTable(): string {
  const rows = ACCESS.map(({ instance, route, responses }) => [instance, `\`${route}\``, ...responses]);
  return table(["Instance", "Route", ...CALLERS], rows);
}
