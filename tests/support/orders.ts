import type { ApiClient } from "./api-client.ts";

/** Two products of the sample catalogue. */
export const LAPTOP_STAND = { productId: "PROD-001", name: "Laptop stand", price: 29.99, stock: 100 };
const KEYBOARD = { productId: "PROD-002", name: "Keyboard", price: 49.99, stock: 100 };

/** Puts products into the stack's catalogue. */
export async function stockCatalogue(backOffice: ApiClient, products = [LAPTOP_STAND, KEYBOARD]): Promise<void> {
  for (const { productId, ...product } of products) {
    const answer = await backOffice.put(`/products/${productId}`, product);
    if (answer.status >= 300) throw new Error(`PUT /products/${productId}: ${JSON.stringify(answer.body)}`);
  }
}

/** A body of `POST /orders` that is accepted when the catalogue is stocked. */
export function orderBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { customerEmail: "ada@example.com", items: [{ productId: "PROD-001", quantity: 1 }], ...changes };
}

/** Places an order that must be accepted. @returns Its id. */
export async function placeOrder(
  api: ApiClient,
  changes: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const answer = await api.post("/orders", orderBody(changes), headers);
  if (answer.status !== 201) throw new Error(`POST /orders: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.orderId;
}
