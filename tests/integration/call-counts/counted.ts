import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { v7 as uuidv7 } from "uuid";
import type { OrderStatus } from "../../../domain/lifecycle.ts";
import { mailKind } from "../../../domain/mails.ts";
import { sampleOrder } from "../../../stacks/sample-shop.ts";
import type { Counts, Scenario } from "../../../tools/cost/counts.ts";
import type { Answer, ApiClient } from "../../support/api-client.ts";
import { DeployedTable } from "../../support/deployed-table.ts";
import { eventually } from "../../support/eventually.ts";
import { invoke } from "../../support/functions.ts";
import { stockCatalogue } from "../../support/orders.ts";
import type { TestStack } from "../../support/stack.ts";
import { CallCounter } from "./call-counter.ts";
import { isEnd, type Snapshot, UsageRecorder } from "./usage-recorder.ts";

/** A page that nobody asks to be shorter. */
const PAGE = 50;

/** A full page of products, with names of usual length; the last one is sold out. */
export const PRODUCTS = Array.from({ length: PAGE + 1 }, (_, index) => ({
  productId: `PROD-${String(index + 1).padStart(3, "0")}`,
  name: "Mechanical keyboard",
  price: 49.99,
  stock: index < PAGE ? 1_000_000 : 0,
}));

/** Sends a request with these headers. */
type Send = (headers: { "X-Correlation-Id": string }) => Promise<Answer>;

/** A scenario's counts, and the id by which its log lines are found later: some are still to be written. */
interface Recorded {
  correlationId: string;
  counts: Counts;
}

/** Lets things happen on a stack, one after the other, and counts each. */
export class Counted {
  private readonly stack: TestStack;
  private readonly counter: CallCounter;
  private readonly recorder: UsageRecorder;
  private readonly table: DeployedTable;

  private constructor(stack: TestStack, counter: CallCounter) {
    this.stack = stack;
    this.counter = counter;
    this.recorder = new UsageRecorder(stack, counter);
    this.table = new DeployedTable(stack);
  }

  static async open(stack: TestStack): Promise<Counted> {
    await stockCatalogue(stack.backOffice, PRODUCTS);
    return new Counted(stack, await CallCounter.install(stack));
  }

  /** Every happening, in turn. */
  async all(): Promise<Record<Scenario, Counts>> {
    const { storefront, backOffice } = this.stack;
    const readAll = async () => {
      await backOffice.get("/orders");
      await storefront.get("/products");
    };
    // A new instance reads its secret first.
    await readAll();
    const key = randomUUID();
    const recorded: Record<Scenario, Recorded> = {
      orderOf1Product: await this.order({ items: items(1) }, "COMPLETED"),
      orderOf2Products: await this.order({}, "COMPLETED", key),
      orderOf10Products: await this.order({ items: items(10) }, "COMPLETED"),
      orderOf50Products: await this.order({ items: items(50) }, "COMPLETED"),
      orderWithTexts: await this.order({ customerPhone: "+14155550123" }, "COMPLETED"),
      declinedOrder: await this.order({ paymentMethod: "pm_card_chargeDeclined" }, "FAILED"),
      soldOutOrder: await this.order({ items: PRODUCTS.slice(-1).map(toLine) }, "FAILED"),
      ...(await this.withOrder((await place(storefront, {}, { "Idempotency-Key": key })).body.orderId, key)),
      idleSweep: await this.sweep(),
    };
    // Fetches what these functions still have to log.
    await this.order({ paymentMethod: "pm_card_chargeDeclined" }, "FAILED");
    await this.order({}, "COMPLETED");
    await readAll();
    const logged = await this.recorder.loggedBytes();
    const entries = Object.entries(recorded).map(([scenario, { correlationId, counts }]) => {
      return [scenario, { ...counts, logBytes: counts.logBytes + (logged[correlationId] ?? 0) }];
    });
    return Object.fromEntries(entries);
  }

  /** What happens with an order that is completed. */
  private async withOrder(orderId: string, key: string) {
    const { storefront, backOffice } = this.stack;
    await this.fillPage(orderId);
    return {
      replay: await this.request((id) => place(storefront, {}, { ...id, "Idempotency-Key": key })),
      cancellation: await this.ordered("CANCELLED", (id) => backOffice.post(`/orders/${orderId}/cancel`, {}, id)),
      orderRead: await this.request((id) => storefront.request("GET", `/orders/${orderId}`, undefined, id)),
      pageOfOrders: await this.request((id) => backOffice.request("GET", "/orders", undefined, id)),
      pageOfProducts: await this.request((id) => storefront.request("GET", "/products", undefined, id)),
    };
  }

  /** The example order, but for the changes. */
  private order(changes: Record<string, unknown>, status: OrderStatus, key = randomUUID()): Promise<Recorded> {
    return this.ordered(status, (id) => place(this.stack.storefront, changes, { ...id, "Idempotency-Key": key }));
  }

  /** What a request brings about, until its order has the status and all is told. */
  private async ordered(status: OrderStatus, send: Send): Promise<Recorded> {
    const before = await this.recorder.look();
    const correlationId = randomUUID();
    const answer = await send({ "X-Correlation-Id": correlationId });
    const { orderId } = answer.body;
    await eventually(() => this.atRest(before, orderId, status, correlationId));
    const counts = await this.recorder.since(before, [answer]);
    const storedBytes = await this.counter.meter.storedBytes(`ORDER#${orderId}`, this.table);
    return { correlationId, counts: { ...counts, storedBytes } };
  }

  /** What an answer alone takes. */
  private async request(send: Send): Promise<Recorded> {
    const before = await this.recorder.look();
    const correlationId = randomUUID();
    const answer = await send({ "X-Correlation-Id": correlationId });
    expect(answer.status).to.be.below(300);
    return { correlationId, counts: { ...(await this.recorder.since(before, [answer])), storedBytes: 0 } };
  }

  private async sweep(): Promise<Recorded> {
    return eventually(async () => {
      const before = await this.recorder.look();
      await invoke("sweep-orders", this.stack);
      const counts = await this.recorder.since(before, [], "sweep-orders");
      // Its schedule may have come in between.
      expect(counts.invocations).to.deep.equal({ "sweep-orders": 1 });
      const { lines } = await this.recorder.look();
      const [, correlationId = ""] = /^REPORT RequestId: (\S+)/.exec(lines["sweep-orders"]?.at(-1) ?? "") ?? [];
      return { correlationId, counts: { ...counts, storedBytes: 0 } };
    });
  }

  /** Throws until all is done that a request's events of an order bring about. */
  private async atRest(before: Snapshot, orderId: string, status: OrderStatus, correlationId: string): Promise<void> {
    const { order, events } = await this.table.story(orderId);
    expect(order.status).to.equal(status);
    const types = events.filter((event) => event.correlationId === correlationId).map(({ type }) => type);
    const { lines, executions } = await this.recorder.look();
    const ended = (handler: string) => (lines[handler] ?? []).slice(before.lines[handler]?.length).filter(isEnd).length;
    const started = types.filter((type) => type === "OrderPlaced" || type === "OrderCancelRequested");
    expect(ended("publish-events")).to.equal(types.length);
    expect(ended("notify-customer")).to.equal(types.filter(mailKind).length);
    expect(ended("start-fulfilment")).to.equal(started.length);
    expect(executions.length - before.executions.length).to.equal(started.length);
    await this.recorder.untilEnded(executions);
  }

  /** Puts as many copies of an order into the table as make a full page. */
  private async fillPage(orderId: string): Promise<void> {
    const [order] = (await this.table.partition(`ORDER#${orderId}`)).filter(({ sk }) => sk === "ORDER");
    for (let copy = 0; copy <= PAGE; copy++) {
      const id = uuidv7();
      await this.table.put({ ...order, pk: `ORDER#${id}`, sk: "ORDER", orderId: id });
    }
  }
}

/** Places the example order, as a form does: with a key, so that it may send it again. */
export async function place(
  api: ApiClient,
  changes: Record<string, unknown> = {},
  headers: Record<string, string> = { "Idempotency-Key": randomUUID() },
): Promise<Answer> {
  const answer = await api.post("/orders", { ...sampleOrder, items: items(2), ...changes }, headers);
  if (answer.status !== 201) throw new Error(`POST /orders: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

function items(lines: number) {
  return PRODUCTS.slice(0, lines).map(toLine);
}

function toLine({ productId }: { productId: string }) {
  return { productId, quantity: 1 };
}
