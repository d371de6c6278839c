import { Failure } from "../domain/failure.ts";
import { isShipped, type OrderStatus } from "../domain/lifecycle.ts";
import type { Order } from "../domain/order.ts";
import { park } from "./attention.ts";
import { batchGet } from "./batch-get.ts";
import { holdsOf, orderIdOf, readReservations, settle } from "./holds.ts";
import { fromItem } from "./items.ts";
import { getOrder, listOrders } from "./orders.ts";
import { type ProductItem, productKey, readItem } from "./products.ts";
import type { OrdersTable } from "./table.ts";

/** Orders that have reserved stock, and not shipped it. Read in this order, one that completes meanwhile is seen. */
const UNSHIPPED: OrderStatus[] = ["PROCESSING", "COMPLETED"];

const PAGE_SIZE = 100;

/** How often an order is parked anew because it changed in the meantime. */
const MAX_ATTEMPTS = 5;

/**
 * Gives the attention `SHORT` to orders that can't all be shipped, after goods that were reserved broke, or left with another
 * order: to the latest ones, as many as the missing units take. Does nothing while there is enough.
 *
 * @param productIds - Each only once.
 * @returns The ids of all orders that are short of one of the products.
 * @throws Failure `Busy` if the table stays too busy, or an order keeps changing.
 */
export async function flagShortOrders(db: OrdersTable, productIds: string[]): Promise<string[]> {
  const items = await batchGet(db, productIds.map(productKey));
  const short = new Set<string>();
  for (const product of items.map((item) => fromItem<ProductItem>(item))) {
    if (product.stock < 0) for (const orderId of await flagShortOf(db, product)) short.add(orderId);
  }
  return [...short];
}

async function flagShortOf(db: OrdersTable, before: ProductItem): Promise<string[]> {
  const productId = before.sk;
  // What is held for no order is not missing.
  await settle(db, productId, holdsOf(before));
  const product = await readItem(db, productId);
  if (!product) return [];

  const short: string[] = [];
  let missing = -product.stock;
  for await (const order of unshippedOrders(db, product)) {
    if (missing <= 0) break;
    const result = await flag(db, order.orderId);
    // It took its units along: others go without.
    if (result === "shipped") continue;
    missing -= unitsIn(order, productId);
    if (result === "short") short.push(order.orderId);
  }
  return short;
}

/** Orders that hold units of the product, those in progress first, then the newest first. */
async function* unshippedOrders(db: OrdersTable, product: ProductItem): AsyncGenerator<Order> {
  const holding = new Set(holdsOf(product).map(orderIdOf));
  const seen = new Set<string>();
  for (const status of UNSHIPPED) {
    for (let position: string | undefined = ""; position !== undefined; ) {
      const { orders, last }: Awaited<ReturnType<typeof listOrders>> = await listOrders(
        db,
        { status },
        PAGE_SIZE,
        position,
      );
      const candidates = orders.filter((order) => unitsIn(order, product.sk) > 0 && !seen.has(order.orderId));
      const ids = candidates.map(({ orderId }) => orderId);
      const reservations = await readReservations(db, ids);
      for (const id of ids) seen.add(id);
      yield* candidates.filter(
        ({ orderId }) => reservations.get(orderId)?.status === "RESERVED" || holding.has(orderId),
      );
      position = last;
    }
  }
}

/**
 * Flags an order unless it doesn't need its units any more, or is parked for another reason. It is read anew, as the index that
 * listed it lags.
 */
async function flag(db: OrdersTable, orderId: string): Promise<"short" | "shipped" | "unflagged"> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const order = await getOrder(db, orderId);
    if (order && isShipped(order.status)) return "shipped";
    if (!order || !UNSHIPPED.includes(order.status) || order.cancelRequestedAt !== undefined) return "unflagged";
    if (order.attention) return order.attention.reason === "SHORT" ? "short" : "unflagged";
    if (await park(db, order, "SHORT")) return "short";
  }
  throw new Failure("Busy", `The order ${orderId} was changed again and again meanwhile.`);
}

function unitsIn({ items }: Order, productId: string): number {
  return items.find((line) => line.productId === productId)?.quantity ?? 0;
}
