import { paginateQuery, paginateScan } from "@aws-sdk/client-dynamodb";
import type { Reservation } from "../domain/fulfilment.ts";
import { isShipped, type OrderStatus } from "../domain/lifecycle.ts";
import type { Counters } from "../domain/stock.ts";
import { BOOKINGS_PREFIX } from "./bookings.ts";
import { type Hold, holdsOf, orderIdOf, unitsOf } from "./holds.ts";
import { fromItem, toItem } from "./items.ts";
import { orderKey } from "./orders.ts";
import { PARTITION, type ProductItem } from "./products.ts";
import type { OrdersTable } from "./table.ts";

/** A product whose counters are not what its bookings and orders say. */
export interface StockDifference {
  productId: string;
  /** Undefined for `onHand` if it wasn't counted yet: a product of version 0.1. */
  stored: { stock: number; onHand: number | undefined };
  expected: Counters;
  /** Holds of orders that are missing, which nothing else removes. */
  lostHolds: Hold[];
  /** Units that bookings don't explain: what a product of version 0.1 begins with. */
  unbooked: number;
  /** Movements that the product must still have for a correction. */
  movements: number;
}

/** What a check found. */
export interface StockCheck {
  /** How many products there are. */
  products: number;
  differences: StockDifference[];
  /** Ids of products whose stock moved during each of the passes, so that nothing can be said about them. */
  busy: string[];
  /** Ids of products of which more is sold than there is. */
  oversold: string[];
  /** Ids that bookings or orders name, of which there is no product. */
  missing: string[];
}

/** How often the table is read for products that moved in the meantime. */
const MAX_PASSES = 3;

/**
 * Compares each product's counters with what they come from: on hand is what was booked and not shipped; reserved is what orders
 * hold that are neither shipped nor undone. The whole table is read, while orders go on: what moved meanwhile is read again.
 */
export async function checkStock(db: OrdersTable): Promise<StockCheck> {
  let products = await readProducts(db);
  const check: StockCheck = { products: products.size, differences: [], busy: [], oversold: [], missing: [] };
  for (let pass = 1; pass <= MAX_PASSES && (pass === 1 || products.size > 0); pass++) {
    const { sums, named } = await readSums(db, products);
    const after = await readProducts(db);
    const busy = new Map<string, ProductItem>();
    for (const [productId, before] of products) {
      const now = after.get(productId);
      if (!now || !isUnmoved(before, now)) busy.set(productId, now ?? before);
      else {
        check.differences.push(...compare(before, sums(productId)));
        if (now.stock < 0) check.oversold.push(productId);
      }
    }
    // Later passes read the same table again.
    if (pass === 1) check.missing = named.filter((productId) => !after.has(productId));
    products = busy;
  }
  check.busy = [...products.keys()];
  return check;
}

/** How many products are of version 0.1 and were not counted since: their stock can't be booked. */
export async function countUncounted({ client, table }: OrdersTable): Promise<number> {
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "attribute_not_exists(counted)",
    ExpressionAttributeValues: toItem({ ":pk": PARTITION }),
    Select: "COUNT" as const,
  };
  let products = 0;
  for await (const { Count = 0 } of paginateQuery({ client }, query)) products += Count;
  return products;
}

/**
 * Whether version 0.1 seems to have set the stock: it wrote the available units alone, so that there are more of them than there
 * are on hand. What it set below that, nothing shows.
 */
export function isOverwritten({ stored: { stock, onHand } }: StockDifference): boolean {
  return onHand !== undefined && stock > onHand;
}

/** What bookings and orders say about a product: units. */
interface Sums {
  booked: number;
  shipped: number;
  reserved: number;
  lostHolds: Hold[];
}

function compare(product: ProductItem, { booked, shipped, reserved, lostHolds }: Sums): StockDifference[] {
  const { sk: productId, stock, onHand, counted, movements = 0 } = product;
  // Version 0.1 booked nothing: what is there is right, whatever was shipped of it before.
  const expectedOnHand = counted ? booked - shipped : stock + reserved;
  const expected = { stock: expectedOnHand - reserved, onHand: expectedOnHand };
  if (counted && stock === expected.stock && onHand === expected.onHand) return [];
  const unbooked = expectedOnHand - (booked - shipped);
  return [
    { productId, stored: { stock, onHand: counted ? onHand : undefined }, expected, lostHolds, unbooked, movements },
  ];
}

function isUnmoved(before: ProductItem, after: ProductItem): boolean {
  const { stock, onHand, movements } = before;
  return stock === after.stock && onHand === after.onHand && movements === after.movements;
}

async function readProducts({ client, table }: OrdersTable): Promise<Map<string, ProductItem>> {
  const products = new Map<string, ProductItem>();
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: toItem({ ":pk": PARTITION }),
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) {
    for (const item of Items) products.set(item.sk?.S ?? "", fromItem<ProductItem>(item));
  }
  return products;
}

/** An order's status and its reservation, as far as they were read. */
interface OrderParts {
  status?: OrderStatus;
  reservation?: StoredReservation;
}

interface StoredReservation extends Reservation {
  items: { productId: string; quantity: number }[];
}

/**
 * Adds up bookings, shipments and reservations of the whole table.
 *
 * @returns The sums of a product, and the ids of all products that have any.
 */
async function readSums(
  db: OrdersTable,
  products: Map<string, ProductItem>,
): Promise<{ sums: (productId: string) => Sums; named: string[] }> {
  const booked = new Counter();
  const shipped = new Counter();
  const reserved = new Counter();
  // What is held for an order is reserved, but must not count twice.
  const held = new Map([...products].flatMap(([id, product]) => holdsOf(product).map((hold) => [hold, id] as const)));
  const existing = new Set<string>();
  const orders = new Map<string, OrderParts>();
  for await (const { pk, sk, delta, ...rest } of scan(db)) {
    if (pk.startsWith(BOOKINGS_PREFIX)) {
      booked.add(pk.slice(BOOKINGS_PREFIX.length), delta ?? 0);
      continue;
    }
    if (sk === "ORDER") existing.add(pk);
    const parts = { ...orders.get(pk), ...(sk === "ORDER" ? { status: rest.status as OrderStatus } : {}) };
    if (sk === "RESERVATION") parts.reservation = rest as StoredReservation;
    orders.set(pk, parts);
    if (parts.status && parts.reservation) conclude(pk, parts);
  }
  // Reservations of orders that are missing: better too much reserved than sold twice.
  for (const [pk, parts] of orders) conclude(pk, parts);
  // An order is there before its holds.
  const lost = [...held].filter(([hold]) => !existing.has(orderKey(orderIdOf(hold)).pk));
  for (const [hold] of lost) held.delete(hold);
  for (const [hold, productId] of held) reserved.add(productId, unitsOf(hold));
  const sums = (productId: string) => ({
    booked: booked.of(productId),
    shipped: shipped.of(productId),
    reserved: reserved.of(productId),
    lostHolds: lost.filter(([, id]) => id === productId).map(([hold]) => hold),
  });
  return { sums, named: [...new Set([booked, shipped, reserved].flatMap((counter) => counter.productIds()))] };

  function conclude(pk: string, { status, reservation }: OrderParts): void {
    orders.delete(pk);
    for (const hold of reservation?.holds ?? []) held.delete(hold);
    if (reservation?.status !== "RESERVED") return;
    const counter = status && isShipped(status) ? shipped : reserved;
    for (const { productId, quantity } of reservation.items) counter.add(productId, quantity);
  }
}

/** The parts of items that the sums need. */
interface Scanned {
  pk: string;
  sk: string;
  delta?: number;
  status?: string;
}

async function* scan({ client, table }: OrdersTable): AsyncGenerator<Scanned> {
  const request = {
    TableName: table,
    FilterExpression: "sk = :order OR sk = :reservation OR begins_with(pk, :bookings)",
    ProjectionExpression: "pk, sk, #delta, #status, #items, holds",
    ExpressionAttributeNames: { "#delta": "delta", "#status": "status", "#items": "items" },
    ExpressionAttributeValues: toItem({
      ":order": "ORDER",
      ":reservation": "RESERVATION",
      ":bookings": BOOKINGS_PREFIX,
    }),
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateScan({ client }, request)) {
    for (const item of Items) yield fromItem<Scanned>(item);
  }
}

/** Adds up by product. */
class Counter {
  private readonly units = new Map<string, number>();

  add(productId: string, units: number): void {
    this.units.set(productId, this.of(productId) + units);
  }

  productIds(): string[] {
    return [...this.units.keys()];
  }

  of(productId: string): number {
    return this.units.get(productId) ?? 0;
  }
}
