import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { stockCatalogue } from "../support/orders.ts";
import type { TestStack } from "../support/stack.ts";
import type { OrderResponse, PaymentRequest, PlacedOrder, RefundRequest, StatusRequest } from "./observed-state.ts";
import { NEVER_APPROVED, type Placement, PRODUCTS } from "./plan.ts";

/** How often a customer tries with the same key. */
const ORDER_ATTEMPTS = 4;
/** How often the back office tries: an order can only be shipped once it is completed. */
const STATUS_ATTEMPTS = 8;
const PAUSE_MS = 1_000;

const MAX_IN_FLIGHT = 8;

/** The customers and the back office of a round. They record their requests and the responses. */
export class Clients {
  readonly placed: PlacedOrder[] = [];
  readonly statusRequests: StatusRequest[] = [];
  readonly payments: PaymentRequest[] = [];
  readonly refunds: RefundRequest[] = [];
  readonly priceChanges: number[] = [];
  readonly prices: Record<string, number[]> = {};
  private readonly stack: TestStack;
  private readonly inFlight = new Set<Promise<unknown>>();

  constructor(stack: TestStack) {
    this.stack = stack;
  }

  /** Adds the products to the catalogue, before there are faults. */
  async stockCatalogue(): Promise<void> {
    await eventually(() => stockCatalogue(this.stack.backOffice, [...PRODUCTS]));
    for (const { productId, price } of PRODUCTS) this.prices[productId] = [price];
  }

  /**
   * Places a customer's order, and retries with the same key until it is accepted.
   *
   * @param isFaultFree - Whether there are no faults meanwhile.
   */
  place({ items, paymentMethod, at, hasPhone, hasKey, requests, patience }: Placement, isFaultFree = false): void {
    const number = this.placed.length;
    const customerId = `customer-${number}`;
    const placed: PlacedOrder = {
      body: {
        customerId,
        customerEmail: `${customerId}@example.com`,
        ...(hasPhone && { customerPhone: `+1415555${String(number).padStart(4, "0")}`, smsUpdates: true }),
        items,
        paymentMethod,
      },
      at,
      key: hasKey ? `cart-of-${customerId}` : undefined,
      isFaultFree,
      responses: [],
      keyReuses: [],
    };
    this.placed.push(placed);
    this.runInBackground(async () => {
      await Promise.all(Array.from({ length: requests }, () => this.request(placed, patience)));
      for (let attempt = 1; hasKey && attempt < ORDER_ATTEMPTS && !acceptedId(placed); attempt++) {
        await sleep(PAUSE_MS);
        await this.request(placed, patience);
      }
    });
  }

  /** Repeats the request of each key until it succeeds: without faults, each must have a final result. */
  async repeatKeys(): Promise<void> {
    for (const placed of this.placed.filter(({ key }) => key !== undefined)) {
      for (let attempt = 1; attempt <= ORDER_ATTEMPTS; attempt++) {
        await this.request(placed, 30_000);
        if (placed.responses.at(-1)?.status === 201) break;
        await sleep(PAUSE_MS);
      }
    }
  }

  /** Sends a customer's key with another body. */
  reuseKey(back: number): void {
    const placed = this.placed.at(-1 - back);
    if (placed?.key === undefined || !acceptedId(placed)) return;
    this.runInBackground(async () => {
      const other = { ...placed.body, items: [{ productId: "PLENTY-0", quantity: 99 }] };
      placed.keyReuses.push(await post(this.apiOf(placed), other, placed.key, 30_000));
    });
  }

  /** Cancels or ships an order as the back office, and retries until that succeeds. */
  requestStatus(back: number, status: StatusRequest["status"]): void {
    const orderId = this.orderId(back);
    if (orderId === undefined) return;
    const request: StatusRequest = { orderId, status, responses: [] };
    this.statusRequests.push(request);
    const send = () =>
      status === "CANCELLED"
        ? this.stack.backOffice.post(`/orders/${orderId}/cancel`, {})
        : this.stack.backOffice.put(`/orders/${orderId}`, { status });
    this.runInBackground(() => repeat(send, request.responses, STATUS_ATTEMPTS, (status) => status < 300));
  }

  /** Pays for an earlier order as its customer, and retries with the same key until that has a result. */
  pay(back: number, paymentMethod: string | undefined): void {
    const waiting = this.placed.filter(
      ({ at, body }) => at === "storefront" && NEVER_APPROVED.test(body.paymentMethod ?? ""),
    );
    const placed = waiting.at(-1 - back);
    if (placed) this.runInBackground(() => this.requestPayment(placed, paymentMethod));
  }

  /** Pays for every order that still waits for its customer. */
  async finishPayments(): Promise<void> {
    for (const placed of this.placed.filter(({ at }) => at === "storefront")) {
      const { orderId, token } = accepted(placed) ?? {};
      if (orderId === undefined) continue;
      const headers = { "X-Order-Token": token ?? "" };
      const { body } = await this.stack.storefront.request("GET", `/orders/${orderId}`, undefined, headers);
      if (body.payment?.until !== undefined) await this.requestPayment(placed, "pm_card_visa");
    }
  }

  private async requestPayment(placed: PlacedOrder, paymentMethod: string | undefined): Promise<void> {
    const { orderId, token } = accepted(placed) ?? {};
    if (orderId === undefined || token === undefined) return;
    const request: PaymentRequest = { orderId, paymentMethod, responses: [] };
    this.payments.push(request);
    const headers = { "X-Order-Token": token, "Idempotency-Key": `payment-${this.payments.length}` };
    const send = () => this.stack.storefront.post(`/orders/${orderId}/payment`, { paymentMethod }, headers);
    await repeat(send, request.responses, ORDER_ATTEMPTS, (status) => status < 500);
  }

  /** Refunds a few cents of an order as the back office, and retries with the same key until that succeeds. */
  refund(back: number): void {
    const orderId = this.orderId(back);
    if (orderId === undefined) return;
    const amountMinor = this.refunds.length + 1;
    const request: RefundRequest = { orderId, amountMinor, responses: [] };
    this.refunds.push(request);
    const body = { amount: amountMinor / 100, reason: "Scratched" };
    const headers = { "Idempotency-Key": `refund-${amountMinor}` };
    const send = () => this.stack.backOffice.post(`/orders/${orderId}/refunds`, body, headers);
    this.runInBackground(() => repeat(send, request.responses, STATUS_ATTEMPTS, (status) => status === 202));
  }

  changePrice(price: number): void {
    const { productId, name } = PRODUCTS.find(({ productId }) => productId === "REPRICED") ?? PRODUCTS[0];
    this.prices[productId]?.push(price);
    this.runInBackground(async () => {
      const response = this.stack.backOffice.put(`/products/${productId}`, { name, price });
      this.priceChanges.push((await response.catch(() => ({ status: 0 }))).status);
    });
  }

  /** An order's id, if it was accepted. @param back - How many orders ago it was placed, 0 for the last one. */
  orderId(back: number): string | undefined {
    const placed = this.placed.at(-1 - back);
    return placed && acceptedId(placed);
  }

  /** Starts work without waiting for it. Ignores errors, which faults can cause. */
  runInBackground(work: () => Promise<unknown>): void {
    const running = work()
      .catch(() => {})
      .finally(() => this.inFlight.delete(running));
    this.inFlight.add(running);
  }

  /** Waits until one machine can cope with more work. */
  async untilBelowLimit(): Promise<void> {
    while (this.inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.inFlight);
  }

  /** Waits until all work is done. */
  async untilDone(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  private async request(placed: PlacedOrder, patience: number): Promise<void> {
    placed.responses.push(await post(this.apiOf(placed), placed.body, placed.key, patience));
  }

  /** Where an order is placed. Keys are each API's own. */
  private apiOf({ at }: PlacedOrder): ApiClient {
    return at === "storefront" ? this.stack.storefront : this.stack.backOffice;
  }
}

function acceptedId(placed: PlacedOrder): string | undefined {
  return accepted(placed)?.orderId;
}

function accepted({ responses }: PlacedOrder): { orderId: string; token?: string } | undefined {
  return responses.find(({ status }) => status === 201)?.body;
}

/** Sends a request until it is answered for good, and records the status of each response; 0: no response. */
async function repeat(
  send: () => Promise<{ status: number }>,
  responses: number[],
  attempts: number,
  isAnswered: (status: number) => boolean,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { status } = await send().catch(() => ({ status: 0 }));
    responses.push(status);
    if (status > 0 && isAnswered(status)) return;
    await sleep(PAUSE_MS);
  }
}

async function post(api: ApiClient, body: object, key: string | undefined, patience: number): Promise<OrderResponse> {
  const headers = key === undefined ? {} : { "Idempotency-Key": key };
  const none = { status: 0, body: undefined, isReplay: false };
  const response = api.post("/orders", body, headers).then(
    ({ status, body, headers }) => ({ status, body, isReplay: headers.get("Idempotent-Replayed") === "true" }),
    () => none,
  );
  return Promise.race([response, sleep(patience, none, { ref: false })]);
}
