import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inBatches } from "../aws/batches.ts";
import type { FullOrder, OrderList, ProductList } from "../domain/contract/responses.ts";
import { MAX_LIMIT } from "../domain/contract/schemas.ts";
import type { PaymentRecord } from "../domain/fulfilment.ts";
import { pages } from "../stacks/api-client.ts";
import type { Stack } from "../stacks/stack.ts";
import { batchGet } from "../store/batch-get.ts";
import { partKey } from "../store/fulfilment.ts";
import { fromItem, type Item, toItem } from "../store/items.ts";
import { PRODUCTS, STOCK } from "./catalogue.ts";
import type { Books } from "./run-outcome.ts";

/** Milliseconds that open orders may make no progress before we stop waiting for them. */
const PATIENCE_MS = 120_000;

/** How often a batch of payments is asked for. The pauses between them come to six seconds, on average. */
const MAX_ATTEMPTS = 10;

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
  stack: Stack,
  run: OrdersOfRun,
  signal: AbortSignal,
  tell: (open: number) => void,
): Promise<void> {
  let [fewest, since] = [Number.POSITIVE_INFINITY, Date.now()];
  for (;;) {
    const lists = ["PENDING", "PROCESSING"].map((status) => ordersOf(stack, run, status));
    const open = (await Promise.all(lists)).flat().length;
    tell(open);
    if (open < fewest) [fewest, since] = [open, Date.now()];
    if (open === 0 || Date.now() - since > PATIENCE_MS) return;
    await sleep(2_000, undefined, { signal });
  }
}

/** Looks at the system from outside: at the orders that the back office lists, at the stock, at the payments. */
export async function lookAt(stack: Stack, run: OrdersOfRun): Promise<Pick<Books, "orders" | "paid" | "taken">> {
  const orders = await ordersOf(stack, run);
  const [paid, taken] = await Promise.all([paymentsOf(orders, stack), takenFromStock(stack)]);
  return { orders, paid, taken };
}

/** The run's orders, the newest first. */
async function ordersOf({ backOffice }: Stack, { id, startedAt }: OrdersOfRun, status?: string): Promise<FullOrder[]> {
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

async function takenFromStock({ storefront }: Stack): Promise<Books["taken"]> {
  const ids = new Set(PRODUCTS.map(({ productId }) => productId));
  const taken: Record<string, number> = {};
  for await (const page of pages<ProductList>(storefront, "/products", { limit: MAX_LIMIT })) {
    for (const { productId, stock } of page.products) if (ids.has(productId)) taken[productId] = STOCK - stock;
  }
  return taken;
}

/** What the simulated gateway has of a payment, which is closer to the money than our own record. */
interface Charge {
  amountMinor: number;
  charges: number;
  refunds: number;
}

/** @throws Error if the table is too busy to read. */
async function paymentsOf(orders: FullOrder[], { output, awsClient }: Stack): Promise<Books["paid"]> {
  const client = new DynamoDBClient(awsClient);
  const table = output("ordersTable");
  const paid = new Map<string, number>();
  const idOf = (item: Item) => item.pk?.S?.split("#")[1] ?? "";
  for (const batch of inBatches(orders, 50)) {
    const keys = batch.flatMap(({ orderId: id }) => [
      partKey(id, "PAYMENT"),
      toItem({ pk: `GATEWAY#${id}`, sk: "CHARGE" }),
    ]);
    const items = await batchGet(client, table, keys, MAX_ATTEMPTS);
    if (!items) {
      throw new Error(`The payments could not be counted: the table ${table} is too busy to read. Try again later.`);
    }
    for (const item of items.filter(({ sk }) => sk?.S === "PAYMENT")) {
      const { status, amountMinor } = fromItem<PaymentRecord>(item);
      paid.set(idOf(item), status === "CHARGED" ? amountMinor : 0);
    }
    for (const item of items.filter(({ sk }) => sk?.S === "CHARGE")) {
      const { amountMinor, charges, refunds } = fromItem<Charge>(item);
      paid.set(idOf(item), (charges - refunds) * amountMinor);
    }
  }
  return paid;
}
