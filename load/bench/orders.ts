import { range } from "es-toolkit";
import { type Api, backOfficeClient } from "../../stacks/api-client.ts";
import { sampleOrder } from "../../stacks/sample-shop.ts";
import type { Stack } from "../../stacks/stack.ts";
import { timedCall } from "./api.ts";
import { floorOf } from "./stack.ts";

/** A body of `POST /orders` with two items, a customer and an address, like a typical shop's. */
export const ORDER = JSON.stringify({ ...sampleOrder, totalAmount: 109.97 });

/** A product of the bench's catalogue. The first two are those of {@link ORDER}. @param index - From 0. */
export function productAt(index: number) {
  return {
    productId: `PROD-${String(index + 1).padStart(3, "0")}`,
    name: `Product ${index + 1}`,
    price: index === 0 ? 29.99 : 49.99,
    stock: 1_000_000,
  };
}

/** Puts the products of {@link ORDER} into the catalogue, and more, so that the catalogue is a list. */
export async function stockCatalogue({ backOffice }: Stack): Promise<void> {
  const client = backOfficeClient(backOffice);
  for (const { productId, ...body } of range(20).map(productAt))
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

/**
 * The path of a page of a list, from that of its first page.
 *
 * @param page - From 1; undefined for the last one.
 */
export async function pathOfPage(api: Api, first: string, page = Number.POSITIVE_INFINITY): Promise<string> {
  let path = first;
  for (let read = 1; read < page; read++) {
    const { nextCursor } = (await timedCall<{ nextCursor?: string }>(api, "GET", path)).body;
    if (nextCursor === undefined && page === Number.POSITIVE_INFINITY) return path;
    if (nextCursor === undefined) throw new Error(`The list ${first} has only ${read} pages.`);
    path = `${first}&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return path;
}
