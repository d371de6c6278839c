import type { OrderCreated, Product, ProductList, PublicOrder } from "../../domain/contract/responses.ts";
import type { ProblemDocument } from "../../domain/problem.ts";
import { loadConfig } from "./config.ts";

/** What came of a request. */
export type Reply<Body> = { ok: true; body: Body } | Refusal;

/** A request that was refused, or that nobody knows the outcome of. */
export interface Refusal {
  ok: false;
  /** HTTP status code; 0 where no answer came. */
  status: number;
  problem?: ProblemDocument;
  /** For how long the API asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
}

/** How long to wait for an answer, in milliseconds. API Gateway itself gives up after 29 s. */
const PATIENCE_MS = 30_000;

/** All products of the catalogue, from all its pages. */
export async function listProducts(): Promise<Reply<Product[]>> {
  const products: Product[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const reply: Reply<ProductList> = await call(
      `/products?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (!reply.ok) return reply;
    products.push(...reply.body.products);
    cursor = reply.body.nextCursor;
  }
  return { ok: true, body: products };
}

/** An order as everybody with its id may see it. */
export function getOrder(orderId: string): Promise<Reply<PublicOrder>> {
  return call(`/orders/${encodeURIComponent(orderId)}`);
}

/**
 * Places an order, once for each key.
 *
 * @param body - The order as JSON, the same for every request with the key.
 */
export function placeOrder(key: string, body: string): Promise<Reply<OrderCreated>> {
  return call("/orders", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body,
  });
}

let config: ReturnType<typeof loadConfig> | undefined;

async function call<Body>(path: string, init: RequestInit = {}): Promise<Reply<Body>> {
  try {
    config ??= loadConfig();
    const { apiUrl, apiKey } = await config;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(apiUrl + path, { ...init, headers: { ...init.headers, "x-api-key": apiKey }, signal });
    const body: unknown = await response.json();
    if (response.ok) return { ok: true, body: body as Body };
    const seconds = Number(response.headers.get("Retry-After"));
    return {
      ok: false,
      status: response.status,
      problem: body as ProblemDocument,
      ...(seconds > 0 && { retryAfterMs: seconds * 1_000 }),
    };
  } catch {
    // Offline, timed out, or what came was no JSON. A configuration that couldn't be read is asked for anew.
    config = undefined;
    return { ok: false, status: 0 };
  }
}
