import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { FullOrder } from "../../domain/contract/responses.ts";
import { readEvent } from "../../domain/events.ts";
import { needsWork, type Order } from "../../domain/order.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { allPages, backOfficeClient, bodyOf } from "../../stacks/api-client.ts";
import { settle } from "../../store/holds.ts";
import { eventually } from "../support/eventually.ts";
import { invoke } from "../support/functions.ts";
import { allMails, allTexts } from "../support/mailbox.ts";
import { messageCount } from "../support/queues.ts";
import type { TestStack } from "../support/stack.ts";
import { recordsOf, type StoredItem, TestTable } from "../support/table.ts";
import type { Clients } from "./clients.ts";
import type { EventRedelivery } from "./event-redelivery.ts";
import type { NotificationRecord, ObservedState } from "./observed-state.ts";
import { PRODUCTS } from "./plan.ts";

/**
 * Runs the sweeper until no order needs work, all events are published and the queues are empty. If that takes too long, the
 * invariants show what is unfinished.
 */
export async function untilIdle(stack: TestStack, redelivery: EventRedelivery): Promise<void> {
  const table = TestTable.of(stack);
  const check = async () => {
    await invoke("sweep-orders", stack);
    const items = await table.items();
    const open = items.filter(isOrder).filter(needsWork).length;
    if (open > 0) throw new Error(`${open} orders are open.`);
    const published = new Set(redelivery.events.map(({ eventId }) => eventId));
    const missing = items.filter(({ sk }) => sk.startsWith("EVENT#")).filter((item) => !published.has(eventIdOf(item)));
    if (missing.length > 0) throw new Error(`${missing.length} events are not published.`);
    const counts = await Promise.all(redelivery.queueUrls.map((url) => messageCount(url, stack)));
    if (counts.some((count) => count > 0)) throw new Error(`${counts.join(" and ")} messages are in the queues.`);
  };
  await eventually(check).catch((error: Error) => console.log(`  The system did not become idle: ${error.message}`));
}

/** Collects everything observable from outside. */
export async function observe(stack: TestStack, clients: Clients, redelivery: EventRedelivery): Promise<ObservedState> {
  const table = TestTable.of(stack);
  const items = await table.items();
  const ids = items.filter(isOrder).map(({ orderId }) => orderId);
  await settleHolds(items, stack);
  const stock = new Map<string, number>();
  for (const { productId } of PRODUCTS) stock.set(productId, await table.stockOf(productId));
  const partitions = Map.groupBy(items, ({ pk }) => pk.split("#")[1] ?? "");
  const { placed, statusRequests, payments, refunds, priceChanges, prices } = clients;
  return {
    placed,
    statusRequests,
    payments,
    refunds,
    priceChanges,
    prices,
    orders: await listOrders(stack),
    records: new Map(ids.map((id) => [id, recordsOf(id, partitions.get(id) ?? [])])),
    itemKeys: items.map(({ pk, sk }) => ({ pk, sk })),
    notifications: items.flatMap(notificationIn),
    unitsTaken: Object.fromEntries(
      PRODUCTS.map(({ productId, stock: initial }) => [productId, initial - (stock.get(productId) ?? 0)]),
    ),
    events: redelivery.events,
    mails: (await allMails(stack)).map(({ Subject }) => Subject),
    texts: await allTexts(stack),
    deadLetters: await redelivery.deadLetters(),
  };
}

/** Gives back what faults have left held for no order, as the next orders would. */
async function settleHolds(items: StoredItem[], { awsClient, outputs }: TestStack): Promise<void> {
  const db = { client: new DynamoDBClient(awsClient), table: outputs.ordersTable ?? "", shards: 1 };
  for (const { sk, holds = new Set() } of items.filter(({ pk }) => pk === "PRODUCTS")) {
    await settle(db, sk, [...(holds as Set<string>)]);
  }
}

/** All pages of the back office's list. */
async function listOrders({ backOffice }: TestStack): Promise<FullOrder[]> {
  const client = backOfficeClient(backOffice);
  const all = await allPages((from) =>
    bodyOf(client.GET("/orders", { params: { query: { limit: MAX_LIMIT, ...from } } })),
  );
  return all.flatMap(({ orders }) => orders);
}

function isOrder(item: StoredItem): item is StoredItem & Order {
  return item.sk === "ORDER";
}

function eventIdOf({ event }: StoredItem): string {
  return readEvent(JSON.stringify(event))?.eventId ?? "";
}

function notificationIn({ pk, sk, status }: StoredItem): NotificationRecord[] {
  if (!/^(MAIL|SMS)#/.test(sk)) return [];
  return [{ orderId: pk.slice("ORDER#".length), message: sk, status: status as NotificationRecord["status"] }];
}
