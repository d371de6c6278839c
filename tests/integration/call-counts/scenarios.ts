import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { v7 as uuidv7 } from "uuid";
import type { OrderStatus } from "../../../domain/lifecycle.ts";
import { mailKind } from "../../../domain/mails.ts";
import { sampleOrder } from "../../../stacks/sample-shop.ts";
import type { Counts, Scenario } from "../../../tools/cost/counts.ts";
import type { ApiClient, ApiResponse } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { invoke } from "../../support/functions.ts";
import { stockCatalogue, whileSellingOut } from "../../support/orders.ts";
import type { TestStack } from "../../support/stack.ts";
import { TestTable } from "../../support/table.ts";
import { CallCounter } from "./call-counter.ts";
import { isReport, type Snapshot, UsageRecorder } from "./usage-recorder.ts";

/** Entries of a page by default. */
const PAGE = 50;

/** A full page of products with names of typical length, and one more that sells out. */
export const PRODUCTS = Array.from({ length: PAGE + 1 }, (_, index) => ({
  productId: `PROD-${String(index + 1).padStart(3, "0")}`,
  name: "Mechanical keyboard",
  price: 49.99,
  stock: index < PAGE ? 1_000_000 : 1,
}));

/** Sends a request with these headers. */
type Send = (headers: { "X-Correlation-Id": string }) => Promise<ApiResponse>;

/** An operation's usage, without the log lines that are not written yet: the correlation id identifies them. */
interface Measurement {
  correlationId: string;
  counts: Counts;
}

/** Runs operations on a stack, one after the other, and measures the usage of each. */
export class Scenarios {
  private readonly stack: TestStack;
  private readonly counter: CallCounter;
  private readonly recorder: UsageRecorder;
  private readonly table: TestTable;

  private constructor(stack: TestStack, counter: CallCounter) {
    this.stack = stack;
    this.counter = counter;
    this.recorder = new UsageRecorder(stack, counter);
    this.table = TestTable.of(stack);
  }

  static async open(stack: TestStack): Promise<Scenarios> {
    await stockCatalogue(stack.backOffice, PRODUCTS);
    return new Scenarios(stack, await CallCounter.install(stack));
  }

  /** Measures all operations. */
  async measureAll(): Promise<Record<Scenario, Counts>> {
    const { storefront, backOffice } = this.stack;
    const readAll = async () => {
      await backOffice.get("/orders");
      await storefront.get("/products");
    };
    // New function instances read their secret first.
    await readAll();
    await this.order({}, "COMPLETED");
    const key = randomUUID();
    const measurements: Record<Scenario, Measurement> = {
      orderOf1Product: await this.order({ items: items(1) }, "COMPLETED"),
      orderOf2Products: await this.order({}, "COMPLETED", key),
      orderOf10Products: await this.order({ items: items(10) }, "COMPLETED"),
      orderOf50Products: await this.order({ items: items(50) }, "COMPLETED"),
      orderWithTexts: await this.order({ customerPhone: "+14155550123", smsUpdates: true }, "COMPLETED"),
      declinedOrder: await this.declinedOrder(),
      soldOutOrder: await this.soldOutOrder(),
      ...(await this.withOrder((await place(storefront, {}, { "Idempotency-Key": key })).body.orderId, key)),
      idleSweep: await this.sweep(),
    };
    // A function's last lines may appear in its log only with its next invocation.
    await this.declinedOrder();
    await this.order({}, "COMPLETED");
    await readAll();
    const logged = await this.recorder.loggedBytes();
    const entries = Object.entries(measurements).map(([operation, { correlationId, counts }]) => {
      return [operation, { ...counts, logBytes: counts.logBytes + (logged[correlationId] ?? 0) }];
    });
    return Object.fromEntries(entries);
  }

  /** Measures operations on a completed order. */
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

  /** Places the sample order with these changes. */
  private order(changes: Record<string, unknown>, status: OrderStatus, key = randomUUID()): Promise<Measurement> {
    return this.ordered(status, (id) => place(this.stack.storefront, changes, { ...id, "Idempotency-Key": key }));
  }

  /** An order that fails with the decline: one of the back office, as nobody waits for another card. */
  private declinedOrder(): Promise<Measurement> {
    const changes = { paymentMethod: "pm_card_chargeDeclined" };
    const key = { "Idempotency-Key": randomUUID() };
    return this.ordered("FAILED", (id) => place(this.stack.backOffice, changes, { ...id, ...key }));
  }

  /** An order for a product that sells out before it is reserved. */
  private soldOutOrder(): Promise<Measurement> {
    const [line] = PRODUCTS.slice(-1).map(toLine);
    const key = { "Idempotency-Key": randomUUID() };
    return this.ordered("FAILED", (id) =>
      whileSellingOut(line?.productId ?? "", this.stack, () =>
        place(this.stack.storefront, { items: [line] }, { ...id, ...key }),
      ),
    );
  }

  /** Measures a request and all its effects, until its order has the status and every event is processed. */
  private async ordered(status: OrderStatus, send: Send): Promise<Measurement> {
    const before = await this.recorder.snapshot();
    const correlationId = randomUUID();
    const response = await send({ "X-Correlation-Id": correlationId });
    const { orderId } = response.body;
    await eventually(() => this.expectSettled(before, orderId, status, correlationId));
    const counts = await this.recorder.usageSince(before, [response]);
    const storedBytes = await this.counter.meter.storedBytes(`ORDER#${orderId}`, this.table);
    return { correlationId, counts: { ...counts, storedBytes } };
  }

  /** Measures a request that has no further effects. */
  private async request(send: Send): Promise<Measurement> {
    const before = await this.recorder.snapshot();
    const correlationId = randomUUID();
    const response = await send({ "X-Correlation-Id": correlationId });
    expect(response.status).to.be.below(300);
    return { correlationId, counts: { ...(await this.recorder.usageSince(before, [response])), storedBytes: 0 } };
  }

  private async sweep(): Promise<Measurement> {
    return eventually(async () => {
      const before = await this.recorder.snapshot();
      await invoke("sweep-orders", this.stack);
      const counts = await this.recorder.usageSince(before, [], "sweep-orders");
      // Fails if the schedule invoked it, too.
      expect(counts.invocations).to.deep.equal({ "sweep-orders": 1 });
      const { lines } = await this.recorder.snapshot();
      const [, correlationId = ""] = /^REPORT RequestId: (\S+)/.exec(lines["sweep-orders"]?.at(-1) ?? "") ?? [];
      return { correlationId, counts: { ...counts, storedBytes: 0 } };
    });
  }

  /** Throws until all events that a request caused are processed. */
  private async expectSettled(
    before: Snapshot,
    orderId: string,
    status: OrderStatus,
    correlationId: string,
  ): Promise<void> {
    const { order, events } = await this.table.records(orderId);
    expect(order.status).to.equal(status);
    const types = events.filter((event) => event.correlationId === correlationId).map(({ type }) => type);
    const { lines, executions } = await this.recorder.snapshot();
    const invocations = (handler: string) =>
      (lines[handler] ?? []).slice(before.lines[handler]?.length).filter(isReport).length;
    const started = types.filter((type) => type === "OrderPlaced" || type === "OrderCancelRequested");
    expect(invocations("publish-events")).to.equal(types.length);
    expect(invocations("notify-customer")).to.equal(types.filter(mailKind).length);
    expect(invocations("start-fulfilment")).to.equal(started.length);
    expect(executions.length - before.executions.length).to.equal(started.length);
    await this.recorder.untilEnded(executions);
  }

  /** Inserts copies of an order, enough for a full page. */
  private async fillPage(orderId: string): Promise<void> {
    const [order] = (await this.table.partition(`ORDER#${orderId}`)).filter(({ sk }) => sk === "ORDER");
    for (let copy = 0; copy <= PAGE; copy++) {
      const id = uuidv7();
      await this.table.put({ ...order, pk: `ORDER#${id}`, sk: "ORDER", orderId: id });
    }
  }
}

/** Places the sample order, as the shop's page does: with a key, so that it could be retried. */
export async function place(
  api: ApiClient,
  changes: Record<string, unknown> = {},
  headers: Record<string, string> = { "Idempotency-Key": randomUUID() },
): Promise<ApiResponse> {
  const response = await api.post("/orders", { ...sampleOrder, items: items(2), ...changes }, headers);
  if (response.status !== 201) throw new Error(`POST /orders: ${response.status} ${JSON.stringify(response.body)}`);
  return response;
}

function items(lines: number) {
  return PRODUCTS.slice(0, lines).map(toLine);
}

function toLine({ productId }: { productId: string }) {
  return { productId, quantity: 1 };
}
