import { setTimeout as sleep } from "node:timers/promises";
import type { FullOrder, OrderList, ProductList } from "../domain/contract/responses.ts";
import { MAX_LIMIT } from "../domain/contract/schemas.ts";
import { pages } from "../stacks/api-client.ts";
import type { DeployedStack } from "../stacks/find.ts";
import { ordersTable } from "../stacks/orders-table.ts";
import { paidAmounts } from "../store/paid-amounts.ts";
import { PRODUCTS, STOCK } from "./catalogue.ts";
import type { Books } from "./run-outcome.ts";

/** Milliseconds that open orders may make no progress before we stop waiting for them. */
const PATIENCE_MS = 120_000;

/** A run, as its orders show it. */
export interface OrdersOfRun {
  /** What their customers' ids begin with. */
  id: string;
  /** By this machine's clock. */
  startedAt: Date;
}

/**
 * Waits until none of the run's orders is open, or nothing happens to them any more.
 *
 * @param tell - Hears again and again how many are open.
 */
export async function untilFinal(
  target: DeployedStack,
  run: OrdersOfRun,
  signal: AbortSignal,
  tell: (open: number) => void,
): Promise<void> {
  let [fewest, since] = [Number.POSITIVE_INFINITY, Date.now()];
  for (;;) {
    const lists = ["PENDING", "PROCESSING"].map((status) => ordersOf(target, run, status));
    const open = (await Promise.all(lists)).flat().length;
    tell(open);
    if (open < fewest) [fewest, since] = [open, Date.now()];
    if (open === 0 || Date.now() - since > PATIENCE_MS) return;
    await sleep(2_000, undefined, { signal });
  }
}

/** Looks at the system from outside: at the orders that the back office lists, at the stock, at the payments. */
export async function lookAt(
  target: DeployedStack,
  run: OrdersOfRun,
): Promise<Pick<Books, "orders" | "paid" | "taken">> {
  const orders = await ordersOf(target, run);
  const orderIds = orders.map(({ orderId }) => orderId);
  const [paid, taken] = await Promise.all([paidAmounts(ordersTable(target), orderIds), takenFromStock(target)]);
  return { orders, paid, taken };
}

/** The run's orders, the newest first. */
async function ordersOf(
  { backOffice }: DeployedStack,
  { id, startedAt }: OrdersOfRun,
  status?: string,
): Promise<FullOrder[]> {
  const found: FullOrder[] = [];
  // Clocks differ.
  const earliest = startedAt.getTime() - 60_000;
  for await (const { orders } of pages<OrderList>(backOffice, "/orders", { status, limit: MAX_LIMIT })) {
    found.push(...orders.filter(({ customerId }) => customerId?.startsWith(`${id}-`)));
    const oldest = orders.at(-1);
    if (!oldest || Date.parse(oldest.createdAt) < earliest) break;
  }
  return found;
}

async function takenFromStock({ storefront }: DeployedStack): Promise<Books["taken"]> {
  const ids = new Set(PRODUCTS.map(({ productId }) => productId));
  const taken: Record<string, number> = {};
  for await (const page of pages<ProductList>(storefront, "/products", { limit: MAX_LIMIT })) {
    for (const { productId, stock } of page.products) if (ids.has(productId)) taken[productId] = STOCK - stock;
  }
  return taken;
}
