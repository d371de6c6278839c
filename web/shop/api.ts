import type { OrderCreated, Product, ProductList, PublicOrder } from "../../domain/contract/responses.ts";
import type { ProblemDocument } from "../../domain/problem.ts";
import { loadConfig } from "./config.ts";

/** The result of a request. */
export type ApiResult<Body> = { ok: true; body: Body } | ApiFailure;

/** A request that was rejected, or whose outcome is unknown. */
export interface ApiFailure {
  ok: false;
  /** HTTP status code; 0 without a response. */
  status: number;
  problem?: ProblemDocument;
  /** The response's Retry-After, in milliseconds. */
  retryAfterMs?: number;
}

/** API Gateway itself times out after 29 s. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Loads all pages of the catalogue. */
export async function listProducts(): Promise<ApiResult<Product[]>> {
  const products: Product[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const result: ApiResult<ProductList> = await call(
      `/products?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (!result.ok) return result;
    products.push(...result.body.products);
    cursor = result.body.nextCursor;
  }
  return { ok: true, body: products };
}

/** Loads the public view of an order. */
export function getOrder(orderId: string): Promise<ApiResult<PublicOrder>> {
  return call(`/orders/${encodeURIComponent(orderId)}`);
}

/**
 * Places an order, only once per key.
 *
 * @param key - The Idempotency-Key.
 * @param body - The order as JSON, identical in all requests with the key.
 */
export function placeOrder(key: string, body: string): Promise<ApiResult<OrderCreated>> {
  return call("/orders", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body,
  });
}

let config: ReturnType<typeof loadConfig> | undefined;

async function call<Body>(path: string, init: RequestInit = {}): Promise<ApiResult<Body>> {
  try {
    config ??= loadConfig();
    const { apiUrl, apiKey } = await config;
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
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
    // Offline, timed out, or not JSON. If it was the configuration, it is loaded again.
    config = undefined;
    return { ok: false, status: 0 };
  }
}
