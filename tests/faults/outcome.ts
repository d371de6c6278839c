import type { FullOrder, OrderList } from "../../domain/contract/responses.ts";
import { readEvent } from "../../domain/events.ts";
import { needsWork, type Order } from "../../domain/order.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { storyOf } from "../support/fulfilment.ts";
import { invoke } from "../support/functions.ts";
import { allMails, allTexts } from "../support/mailbox.ts";
import { messageCount } from "../support/queues.ts";
import type { TestStack } from "../support/stack.ts";
import type { StoredItem } from "../support/table.ts";
import type { CampaignBooks, Claim } from "./books.ts";
import type { Clients } from "./clients.ts";
import type { Deliveries } from "./deliveries.ts";
import { PRODUCTS } from "./plan.ts";

/** Seconds that a round may take to come to rest, when nothing fails any more. Beyond it, the books say what is open. */
const PATIENCE = 180;

/** Sweeps until no order needs work, all events are heard and no message waits. */
export async function untilAtRest(stack: TestStack, deliveries: Deliveries): Promise<void> {
  const table = new DeployedTable(stack);
  const look = async () => {
    await invoke("sweep-orders", stack);
    const items = await table.items();
    const open = items.filter(isOrder).filter(needsWork).length;
    if (open > 0) throw new Error(`${open} orders are open.`);
    const heard = new Set(deliveries.heard.map(({ eventId }) => eventId));
    const silent = items.filter(({ sk }) => sk.startsWith("EVENT#")).filter((item) => !heard.has(eventOf(item)));
    if (silent.length > 0) throw new Error(`${silent.length} events were not told.`);
    const waiting = await Promise.all(deliveries.queueUrls.map((url) => messageCount(url, stack)));
    if (waiting.some((count) => count > 0)) throw new Error(`${waiting.join(" and ")} messages wait.`);
  };
  await eventually(look, PATIENCE).catch((error: Error) => console.log(`  It did not come to rest: ${error.message}`));
}

/** Looks at everything from outside. */
export async function lookAt(stack: TestStack, clients: Clients, deliveries: Deliveries): Promise<CampaignBooks> {
  const items = await new DeployedTable(stack).items();
  const ids = items.filter(isOrder).map(({ orderId }) => orderId);
  const stock = new Map(items.filter(({ pk }) => pk === "PRODUCTS").map(({ sk, stock }) => [sk, Number(stock)]));
  const partitions = Map.groupBy(items, ({ pk }) => pk.split("#")[1] ?? "");
  const { placed, wishes, repricings, prices } = clients;
  return {
    placed,
    wishes,
    repricings,
    prices,
    orders: await listed(stack),
    stories: new Map(ids.map((id) => [id, storyOf(id, partitions.get(id) ?? [])])),
    records: items.map(({ pk, sk }) => ({ pk, sk })),
    claims: items.flatMap(claimIn),
    taken: Object.fromEntries(
      PRODUCTS.map(({ productId, stock: before }) => [productId, before - (stock.get(productId) ?? 0)]),
    ),
    heard: deliveries.heard,
    mails: (await allMails(stack)).map(({ Subject }) => Subject),
    texts: await allTexts(stack),
    deadLetters: await deliveries.deadLetters(),
  };
}

/** All orders, page by page, as the back office sees them. */
async function listed({ backOffice }: TestStack): Promise<FullOrder[]> {
  const orders: FullOrder[] = [];
  let cursor = "";
  do {
    const { status, body } = await backOffice.get(
      `/orders?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (status !== 200) throw new Error(`GET /orders answered ${status}: ${JSON.stringify(body)}`);
    const page: OrderList = body;
    orders.push(...page.orders);
    cursor = page.nextCursor ?? "";
  } while (cursor !== "");
  return orders;
}

function isOrder(item: StoredItem): item is StoredItem & Order {
  return item.sk === "ORDER";
}

function eventOf({ event }: StoredItem): string {
  return readEvent(JSON.stringify(event))?.eventId ?? "";
}

function claimIn({ pk, sk, status }: StoredItem): Claim[] {
  if (!/^(MAIL|SMS)#/.test(sk)) return [];
  return [{ orderId: pk.slice("ORDER#".length), message: sk, status: status as Claim["status"] }];
}
