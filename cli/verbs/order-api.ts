import type { FullOrder, FullProduct, FullProductList, OrderList } from "../../domain/contract/responses.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { type Api, call, pages } from "../../stacks/api-client.ts";

/** Which entries of a list are wanted, as the API's queries say it. */
export interface ListOptions {
  status?: string;
  customer?: string;
  limit?: number;
  cursor?: string;
  all?: true;
}

/** Reads an order. @throws ApiError with status 404 where there is none. */
export function getOrder(backOffice: Api, orderId: string): Promise<FullOrder> {
  return call<FullOrder>(backOffice, "GET", `/orders/${orderId}`);
}

/** A page of orders, the newest first, or all. */
export async function listOrders(backOffice: Api, options: ListOptions): Promise<OrderList> {
  const pages = await listed<OrderList>(backOffice, "/orders", options);
  const orders = pages.flatMap((page) => page.orders);
  return { ...(pages.at(-1) as OrderList), orders, count: orders.length };
}

/** A page of products, or all. */
export async function listProducts(backOffice: Api, options: ListOptions): Promise<FullProductList> {
  const pages = await listed<FullProductList>(backOffice, "/products", options);
  const products: FullProduct[] = pages.flatMap((page) => page.products);
  return { ...(pages.at(-1) as FullProductList), products };
}

/** Says below a list how to see what comes after it, where anything does. */
export function moreText({ nextCursor }: { nextCursor?: string }): string {
  return nextCursor === undefined ? "" : `\n\nThere are more: add --all, or --cursor ${nextCursor}`;
}

async function listed<Page extends { nextCursor?: string }>(
  api: Api,
  path: string,
  { status, customer, limit, cursor, all }: ListOptions,
): Promise<Page[]> {
  const found: Page[] = [];
  const query = { status, customerId: customer, limit: all ? MAX_LIMIT : limit, cursor };
  for await (const page of pages<Page>(api, path, query)) {
    found.push(page);
    if (!all) break;
  }
  return found;
}
