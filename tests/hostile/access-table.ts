import type { Audience } from "../../domain/audience.ts";
import { openApiDocument } from "../../domain/contract/openapi.ts";
import { table } from "../support/markdown.ts";

/** Who asks, by the key that they send. */
export const CALLERS = [
  "no key",
  "a wrong key",
  "a key without a plan",
  "another stage's key",
  "the storefront's key",
  "the back office's key",
] as const;

export type Caller = (typeof CALLERS)[number];

/** What an instance of the API answers to each caller who asks for the same. */
export interface Access {
  instance: Audience;
  /** Method and path, as the contract has them. */
  route: string;
  /** HTTP status codes, one for each of {@link CALLERS}. */
  answers: readonly number[];
}

const OPEN = [200, 200, 200, 200, 200, 200];
/** There is no such path, whoever asks. */
const NOWHERE = [404, 404, 404, 404, 404, 404];
/** The path has other methods, whoever asks. */
const REFUSED = [405, 405, 405, 405, 405, 405];

/** Every route of either instance, at both of them. */
export const ACCESS: Access[] = [
  { instance: "storefront", route: "POST /orders", answers: [403, 403, 403, 403, 201, 403] },
  { instance: "storefront", route: "GET /orders", answers: REFUSED },
  { instance: "storefront", route: "GET /orders/{orderId}", answers: [403, 403, 403, 403, 200, 403] },
  { instance: "storefront", route: "PUT /orders/{orderId}", answers: REFUSED },
  { instance: "storefront", route: "POST /orders/{orderId}/cancel", answers: NOWHERE },
  { instance: "storefront", route: "GET /products", answers: [403, 403, 403, 403, 200, 403] },
  { instance: "storefront", route: "PUT /products/{productId}", answers: NOWHERE },
  { instance: "storefront", route: "GET /health", answers: OPEN },
  { instance: "backoffice", route: "POST /orders", answers: [403, 403, 403, 403, 403, 201] },
  { instance: "backoffice", route: "GET /orders", answers: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "GET /orders/{orderId}", answers: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "PUT /orders/{orderId}", answers: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "POST /orders/{orderId}/cancel", answers: [403, 403, 403, 403, 403, 202] },
  { instance: "backoffice", route: "GET /products", answers: [403, 403, 403, 403, 403, 200] },
  { instance: "backoffice", route: "PUT /products/{productId}", answers: [403, 403, 403, 403, 403, 201] },
  { instance: "backoffice", route: "GET /health", answers: OPEN },
];

/** Every route that either contract has, at both instances: what {@link ACCESS} has to tell of. */
export function routesAtBoth(): Pick<Access, "instance" | "route">[] {
  const instances: Audience[] = ["storefront", "backoffice"];
  const routes = instances.flatMap((audience) =>
    Object.entries(openApiDocument(audience).paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  );
  return instances.flatMap((instance) => [...new Set(routes)].map((route) => ({ instance, route })));
}

/** The table as docs/reliability.md has it. */
export function accessTable(): string {
  const rows = ACCESS.map(({ instance, route, answers }) => [instance, `\`${route}\``, ...answers]);
  return table(["Instance", "Route", ...CALLERS], rows);
}
