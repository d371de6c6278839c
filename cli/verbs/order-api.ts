import { pick } from "es-toolkit";
import type { BookingList, FullOrder, FullProductList, OrderList } from "../../domain/contract/responses.ts";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { type Api, allPages, backOfficeClient, bodyOf, whileBusy } from "../../stacks/api-client.ts";

/** Which entries of a list are wanted. */
export interface ListOptions {
  status?: OrderStatus;
  customer?: string;
  limit?: number;
  cursor?: string;
  all?: true;
}

/** Reads an order. @throws ApiError with status 404 where there is none. */
export function getOrder(backOffice: Api, orderId: string): Promise<FullOrder> {
  return bodyOf(backOfficeClient(backOffice).GET("/orders/{orderId}", { params: { path: { orderId } } }));
}

/** A page of orders, the newest first, or all. */
export async function listOrders(backOffice: Api, options: ListOptions): Promise<OrderList> {
  const client = backOfficeClient(backOffice);
  const { customer: customerId } = options;
  const filter = { ...pick(options, ["status"]), ...(customerId !== undefined && { customerId }) };
  const read = (page: PageQuery) => bodyOf(client.GET("/orders", { params: { query: { ...filter, ...page } } }));
  const { last, all } = await listed(read, options);
  const orders = all.flatMap((page) => page.orders);
  return { ...last, orders, count: orders.length };
}

/** A page of products, or all. */
export async function listProducts(backOffice: Api, options: ListOptions): Promise<FullProductList> {
  const client = backOfficeClient(backOffice);
  const read = (query: PageQuery) => whileBusy(() => bodyOf(client.GET("/products", { params: { query } })));
  const { last, all } = await listed(read, options);
  return { ...last, products: all.flatMap(({ products }) => products) };
}

/** A page of a product's bookings, the newest first, or all. */
export async function listBookings(backOffice: Api, productId: string, options: ListOptions): Promise<BookingList> {
  const client = backOfficeClient(backOffice);
  const read = (query: PageQuery) =>
    whileBusy(() => bodyOf(client.GET("/products/{productId}/stock", { params: { path: { productId }, query } })));
  const { last, all } = await listed(read, options);
  return { ...last, bookings: all.flatMap(({ bookings }) => bookings) };
}

/** Says below a list how to see what comes after it, where anything does. */
export function moreText({ nextCursor }: { nextCursor?: string }): string {
  return nextCursor === undefined ? "" : `\n\nThere are more: add --all, or --cursor ${nextCursor}`;
}

interface PageQuery {
  limit?: number;
  cursor?: string;
}

async function listed<Page extends { nextCursor?: string }>(
  read: (query: PageQuery) => Promise<Page>,
  options: ListOptions,
): Promise<{ last: Page; all: Page[] }> {
  const from = pick(options, ["cursor"]);
  const all = options.all
    ? await allPages((from) => read({ limit: MAX_LIMIT, ...from }), from)
    : [await read({ ...pick(options, ["limit"]), ...from })];
  return { last: all.at(-1) as Page, all };
}
