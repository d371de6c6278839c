import type {
  CancelAccepted,
  OrderCreated,
  Product,
  ProductList,
  PublicOrder,
} from "../../domain/contract/responses.ts";
import { PRODUCT_ID_PATTERN } from "../../domain/ids.ts";
import { once } from "../../domain/once.ts";
import type { ProblemDocument } from "../../domain/problem.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { loadConfig } from "./config.ts";
import { newId } from "./new-id.ts";
import { forgetOrderToken, keepOrderToken, orderToken } from "./order-tokens.ts";

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

/**
 * Loads the next products of the catalogue, in the order of their ids.
 *
 * @param count - How many, 1 or more.
 * @param cursor - The `nextCursor` of those before them. By default, the first ones are loaded.
 * @returns The products, and a `nextCursor` if there are more.
 */
export async function listProducts(count: number, cursor?: string): Promise<ApiResult<ProductList>> {
  const products: Product[] = [];
  let next = cursor;
  do {
    const after = next === undefined ? "" : `&cursor=${encodeURIComponent(next)}`;
    const limit = Math.min(count - products.length, MAX_LIMIT);
    const result: ApiResult<ProductList> = await call(`/products?limit=${limit}${after}`);
    if (!result.ok) return result;
    products.push(...result.body.products);
    next = result.body.nextCursor;
  } while (next !== undefined && products.length < count);
  return { ok: true, body: { products, ...(next !== undefined && { nextCursor: next }) } };
}

/** Loads a product. @returns No body if there is none with this id that is sold. */
export async function getProduct(productId: string): Promise<ApiResult<Product | undefined>> {
  if (!PRODUCT_ID_PATTERN.test(productId)) return { ok: true, body: undefined };
  const result: ApiResult<Product> = await call(`/products/${productId}`);
  return result.ok || result.status !== 404 ? result : { ok: true, body: undefined };
}

/** Loads an order: as its customer sees it if this browser has its token, otherwise as anyone does. */
export async function getOrder(orderId: string): Promise<ApiResult<PublicOrder>> {
  const path = `/orders/${encodeURIComponent(orderId)}`;
  const result: ApiResult<PublicOrder> = await call(path, { headers: tokenHeader(orderId) });
  if (result.ok || result.status !== 404 || orderToken(orderId) === undefined) return result;
  // The token has expired, or the link was damaged on its way.
  forgetOrderToken(orderId);
  return call(path);
}

/** Asks for the cancellation of an order whose token this browser has. */
export function cancelOrder(orderId: string): Promise<ApiResult<CancelAccepted>> {
  return call(`/orders/${encodeURIComponent(orderId)}/cancel`, { method: "POST", headers: tokenHeader(orderId) });
}

/**
 * Tries another payment method for an order that waits for its customer, whose token this browser has.
 *
 * @param paymentMethod - Without one, the API looks whether the customer has answered their bank.
 */
export async function payOrder(orderId: string, paymentMethod?: string): Promise<ApiResult<PublicOrder>> {
  const path = `/orders/${encodeURIComponent(orderId)}/payment`;
  const headers = { ...JSON_BODY, "Idempotency-Key": newId(), ...tokenHeader(orderId) };
  const request = { method: "POST", headers, body: JSON.stringify({ paymentMethod }) };
  const result = await call<PublicOrder>(path, request);
  // It may have been recorded without the order going on. Repeated with its key, it is not tried twice, and the order goes on.
  return result.ok || (result.status > 0 && result.status < 500) ? result : call(path, request);
}

/**
 * Places an order, only once per key, and keeps its token.
 *
 * @param key - The Idempotency-Key.
 * @param body - The order as JSON, identical in all requests with the key.
 */
export async function placeOrder(key: string, body: string): Promise<ApiResult<OrderCreated>> {
  const headers = { ...JSON_BODY, "Idempotency-Key": key };
  const result = await call<OrderCreated>("/orders", { method: "POST", headers, body });
  if (result.ok && result.body.token) keepOrderToken(result.body.orderId, result.body.token);
  return result;
}

const JSON_BODY = { "Content-Type": "application/json" };

function tokenHeader(orderId: string): Record<string, string> {
  const token = orderToken(orderId);
  return token === undefined ? {} : { "X-Order-Token": token };
}

/** What the deployment tells the pages. @throws Error if it can't be loaded. */
export const shopConfig = once(loadConfig);

async function call<Body>(path: string, init: RequestInit = {}): Promise<ApiResult<Body>> {
  try {
    const { apiUrl, apiKey } = await shopConfig();
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
    // Offline, timed out, or not JSON.
    return { ok: false, status: 0 };
  }
}
