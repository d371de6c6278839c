import { setTimeout as sleep } from "node:timers/promises";
import type { FullOrder } from "../domain/contract/responses.ts";
import type { OrderStatus } from "../domain/lifecycle.ts";
import { MAX_LIMIT } from "../domain/quantities.ts";
import { ApiError, backOfficeClient, bodyOf, pages, storefrontClient } from "../stacks/api-client.ts";
import { ordersTable } from "../stacks/orders-table.ts";
import type { Stack } from "../stacks/stack.ts";
import { paidAmounts } from "../store/paid-amounts.ts";
import { PRODUCTS, STOCK } from "./catalogue.ts";
import type { RunOutcome } from "./run-outcome.ts";

/** How long open orders may make no progress before waiting for them ends. */
const STALL_TIMEOUT_MS = 120_000;

/** What identifies a run's orders. */
export interface OrdersOfRun {
  /** Their customers' ids begin with it. */
  id: string;
  /** By this machine's clock. */
  startedAt: Date;
}

/**
 * Waits until all of the run's orders are final, or no longer make progress.
 *
 * @param onProgress - Called repeatedly with the number of open orders.
 */
export async function untilFinal(
  stack: Stack,
  run: OrdersOfRun,
  signal: AbortSignal,
  onProgress: (open: number) => void,
): Promise<void> {
  let [fewest, since] = [Number.POSITIVE_INFINITY, Date.now()];
  for (;;) {
    const open = await openOrders(stack, run);
    if (open !== undefined) onProgress(open);
    if (open !== undefined && open < fewest) [fewest, since] = [open, Date.now()];
    if (open === 0 || Date.now() - since > STALL_TIMEOUT_MS) return;
    await sleep(2_000, undefined, { signal });
  }
}

/** How many of the run's orders are open; undefined while the system is too busy to tell. */
async function openOrders(stack: Stack, run: OrdersOfRun): Promise<number | undefined> {
  const lists = (["PENDING", "PROCESSING"] as const).map((status) => ordersOf(stack, run, status));
  try {
    return (await Promise.all(lists)).flat().length;
  } catch (error) {
    const isBusy = error instanceof ApiError ? error.status === 503 : (error as Error).name === "TimeoutError";
    if (isBusy) return undefined;
    throw error;
  }
}

/** Inspects the system from outside: the orders that the back office lists, the stock, the payments. */
export async function observe(stack: Stack, run: OrdersOfRun): Promise<Pick<RunOutcome, "orders" | "paid" | "taken">> {
  const orders = await ordersOf(stack, run);
  const orderIds = orders.map(({ orderId }) => orderId);
  const [paid, taken] = await Promise.all([paidAmounts(ordersTable(stack), orderIds), takenFromStock(stack)]);
  return { orders, paid, taken };
}

/** The run's orders, newest first. */
async function ordersOf(
  { backOffice }: Stack,
  { id, startedAt }: OrdersOfRun,
  status?: OrderStatus,
): Promise<FullOrder[]> {
  const client = backOfficeClient(backOffice);
  const query = { ...(status && { status }), limit: MAX_LIMIT };
  const found: FullOrder[] = [];
  // The clocks may differ.
  const earliest = startedAt.getTime() - 60_000;
  const read = (from: object) => bodyOf(client.GET("/orders", { params: { query: { ...query, ...from } } }));
  for await (const { orders } of pages(read)) {
    found.push(...orders.filter(({ customerId }) => customerId?.startsWith(`${id}-`)));
    const oldest = orders.at(-1);
    if (!oldest || Date.parse(oldest.createdAt) < earliest) break;
  }
  return found;
}

async function takenFromStock({ storefront }: Stack): Promise<RunOutcome["taken"]> {
  const ids = new Set(PRODUCTS.map(({ productId }) => productId));
  const taken: Record<string, number> = {};
  const client = storefrontClient(storefront);
  const read = (from: object) => bodyOf(client.GET("/products", { params: { query: { limit: MAX_LIMIT, ...from } } }));
  for await (const { products } of pages(read)) {
    for (const { productId, stock } of products) if (ids.has(productId)) taken[productId] = STOCK - stock;
  }
  return taken;
}
