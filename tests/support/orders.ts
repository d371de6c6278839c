import { randomUUID } from "node:crypto";
import type { PutProduct } from "../../domain/contract/schemas.ts";
import { type ApiClient, unlessBusy } from "./api-client.ts";
import { setEventSource } from "./functions.ts";
import type { TestStack } from "./stack.ts";
import { TestTable } from "./table.ts";

/** Two products of the sample catalogue. */
export const LAPTOP_STAND = { productId: "PROD-001", name: "Laptop stand", price: 29.99, stock: 100 };
const KEYBOARD = { productId: "PROD-002", name: "Keyboard", price: 49.99, stock: 100 };

/** A product as tests describe it. */
interface StockedProduct extends PutProduct {
  productId: string;
  stock: number;
}

/** Adds products to the stack's catalogue. Those that exist get this price, and this stock. */
export async function stockCatalogue(
  backOffice: ApiClient,
  products: StockedProduct[] = [LAPTOP_STAND, KEYBOARD],
): Promise<void> {
  for (const { productId, stock, ...about } of products) {
    const path = `/products/${productId}`;
    const added = await unlessBusy(() => backOffice.put(path, { ...about, stock }));
    if (added.status === 201) continue;
    if (added.status !== 422) throw new Error(`PUT ${path}: ${added.status} ${JSON.stringify(added.body)}`);
    const { body } = await unlessBusy(() => backOffice.put(path, about));
    if (body.stock !== stock) await book(backOffice, productId, { delta: stock - body.stock, reason: "CORRECTION" });
  }
}

/** Books stock. @throws Error unless it is booked. */
async function book(backOffice: ApiClient, productId: string, booking: object): Promise<void> {
  const key = { "Idempotency-Key": randomUUID() };
  const { status, body } = await unlessBusy(() => backOffice.post(`/products/${productId}/stock`, booking, key));
  if (status !== 201) throw new Error(`POST /products/${productId}/stock: ${status} ${JSON.stringify(body)}`);
}

/**
 * The customer of tests: an address of Amazon's mailbox simulator, which accepts every email without affecting the sender's
 * reputation.
 */
export const CUSTOMER_EMAIL = simulatorAddress("test");

/** An address of the mailbox simulator with a label. Source: SES's developer guide, "Using the mailbox simulator". */
export function simulatorAddress(label: string): string {
  return `success+${label}@simulator.amazonses.com`;
}

/** A body of `POST /orders` that is accepted once {@link stockCatalogue} has run. */
export function orderBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { customerEmail: CUSTOMER_EMAIL, items: [{ productId: "PROD-001", quantity: 1 }], ...changes };
}

/**
 * Places an order, with an idempotency key, so that it can be sent again if the system is busy.
 *
 * @returns The order's id.
 * @throws Error unless it is accepted.
 */
export async function placeOrder(
  api: ApiClient,
  changes: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const sent = { "Idempotency-Key": randomUUID(), ...headers };
  const { status, body } = await unlessBusy(() => api.post("/orders", orderBody(changes), sent));
  if (status !== 201) throw new Error(`POST /orders: ${status} ${JSON.stringify(body)}`);
  return body.orderId;
}

/** Places an order for a product that sells out before it is reserved. @param send - Places it. @returns What `send` does. */
export async function whileSellingOut<T>(productId: string, stack: TestStack, send: () => Promise<T>): Promise<T> {
  await setEventSource("start-fulfilment", false, stack);
  const response = await send();
  await TestTable.of(stack).sellOut(productId);
  await setEventSource("start-fulfilment", true, stack);
  return response;
}
