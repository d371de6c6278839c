import { backOfficeClient } from "../../stacks/api-client.ts";
import { sampleOrder } from "../../stacks/sample-shop.ts";
import type { Stack } from "../../stacks/stack.ts";
import { timedCall } from "./api.ts";
import { floorOf } from "./stack.ts";

/** A body of `POST /orders` with two items, a customer and an address, like a typical shop's. */
export const ORDER = JSON.stringify({ ...sampleOrder, totalAmount: 109.97 });

/** Puts the products of {@link ORDER} into the catalogue, and more, so that the catalogue is a list. */
export async function stockCatalogue({ backOffice }: Stack): Promise<void> {
  const products = Array.from({ length: 20 }, (_, index) => ({
    productId: `PROD-${String(index + 1).padStart(3, "0")}`,
    name: `Product ${index + 1}`,
    price: index === 0 ? 29.99 : 49.99,
    stock: 1_000_000,
  }));
  const client = backOfficeClient(backOffice);
  for (const { productId, ...body } of products)
    await client.PUT("/products/{productId}", { params: { path: { productId } }, body });
}

/** Places {@link ORDER}. */
export async function placeOrder({ storefront }: Stack): Promise<{ orderId: string; ms: number }> {
  const { body, ms } = await timedCall<{ orderId: string }>(storefront, "POST", "/orders", ORDER);
  return { orderId: body.orderId, ms };
}

/** Calls the floor with the same body. */
export async function callFloor(stack: Stack): Promise<number> {
  return (await timedCall(floorOf(stack), "POST", "/orders", ORDER)).ms;
}

/** The path of a page of a list of orders. The first page is 1. */
export async function pathOfPage({ backOffice }: Stack, query: string, page: number): Promise<string> {
  let path = `/orders?${query}`;
  for (let read = 1; read < page; read++) {
    const { nextCursor } = (await timedCall<{ nextCursor?: string }>(backOffice, "GET", path)).body;
    if (nextCursor === undefined) throw new Error(`The list ${query} has only ${read} pages.`);
    path = `/orders?${query}&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return path;
}
