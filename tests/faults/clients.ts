import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { stockCatalogue } from "../support/orders.ts";
import type { TestStack } from "../support/stack.ts";
import type { Outcome, Placed, Wish } from "./books.ts";
import { type Placement, PRODUCTS } from "./plan.ts";

/** How often a customer asks again with the same key while calls fail. */
const TRIES = 4;
/** How often the back office asks for the same thing: an order can be shipped once it is fulfilled. */
const WISHES = 8;
const PAUSE_MS = 1_000;

const MAX_UNDER_WAY = 8;

/** The customers and the back office of a round. They write down what they asked for, and what they were told. */
export class Clients {
  readonly placed: Placed[] = [];
  readonly wishes: Wish[] = [];
  readonly repricings: number[] = [];
  readonly prices: Record<string, number[]> = {};
  private readonly stack: TestStack;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(stack: TestStack) {
    this.stack = stack;
  }

  /** Puts the products into the catalogue, before anything fails. */
  async fillShelves(): Promise<void> {
    await eventually(() => stockCatalogue(this.stack.backOffice, [...PRODUCTS]));
    for (const { productId, price } of PRODUCTS) this.prices[productId] = [price];
  }

  /**
   * A customer places an order, and tries again with the same key where nothing good comes back.
   *
   * @param isCalm - Whether nothing fails meanwhile.
   */
  place({ items, paymentMethod, hasPhone, hasKey, requests, patience }: Placement, isCalm = false): void {
    const number = this.placed.length;
    const customerId = `customer-${number}`;
    const placed: Placed = {
      body: {
        customerId,
        customerEmail: `${customerId}@example.com`,
        ...(hasPhone && { customerPhone: `+1415555${String(number).padStart(4, "0")}` }),
        items,
        paymentMethod,
      },
      key: hasKey ? `cart-of-${customerId}` : undefined,
      isCalm,
      outcomes: [],
      reuses: [],
    };
    this.placed.push(placed);
    this.run(async () => {
      await Promise.all(Array.from({ length: requests }, () => this.request(placed, patience)));
      for (let tries = 1; hasKey && tries < TRIES && !orderIdOf(placed); tries++) {
        await sleep(PAUSE_MS);
        await this.request(placed, patience);
      }
    });
  }

  /** Asks once more with each key, until there is an answer: what came of it must be told now. */
  async askAgain(): Promise<void> {
    for (const placed of this.placed.filter(({ key }) => key !== undefined)) {
      for (let tries = 1; tries <= TRIES; tries++) {
        await this.request(placed, 30_000);
        if (placed.outcomes.at(-1)?.status === 201) break;
        await sleep(PAUSE_MS);
      }
    }
  }

  /** Somebody uses a customer's key for another order. */
  reuseKey(back: number): void {
    const placed = this.placed.at(-1 - back);
    if (placed?.key === undefined || !orderIdOf(placed)) return;
    this.run(async () => {
      const other = { ...placed.body, items: [{ productId: "PLENTY-0", quantity: 99 }] };
      placed.reuses.push(await post(this.stack.storefront, other, placed.key, 30_000));
    });
  }

  /** The back office wants an order cancelled or shipped, and tries again while it can't be. */
  wish(back: number, status: Wish["status"]): void {
    const orderId = this.orderId(back);
    if (orderId === undefined) return;
    const wish: Wish = { orderId, status, answers: [] };
    this.wishes.push(wish);
    this.run(async () => {
      for (let tries = 1; tries <= WISHES; tries++) {
        const answer = await (status === "CANCELLED"
          ? this.stack.backOffice.post(`/orders/${orderId}/cancel`, {})
          : this.stack.backOffice.put(`/orders/${orderId}`, { status })
        ).catch(() => ({ status: 0 }));
        wish.answers.push(answer.status);
        if (answer.status < 300 && answer.status > 0) return;
        await sleep(PAUSE_MS);
      }
    });
  }

  reprice(price: number): void {
    const { productId, name } = PRODUCTS.find(({ productId }) => productId === "REPRICED") ?? PRODUCTS[0];
    this.prices[productId]?.push(price);
    this.run(async () => {
      const answer = this.stack.backOffice.put(`/products/${productId}`, { name, price });
      this.repricings.push((await answer.catch(() => ({ status: 0 }))).status);
    });
  }

  /** The order that was placed so many before the last one, if it was accepted. */
  orderId(back: number): string | undefined {
    const placed = this.placed.at(-1 - back);
    return placed && orderIdOf(placed);
  }

  /** Does something without waiting for it. What goes wrong with it is the round's business, not this process's end. */
  run(work: () => Promise<unknown>): void {
    const running = work()
      .catch(() => {})
      .finally(() => this.underWay.delete(running));
    this.underWay.add(running);
  }

  /** Waits until not too much is under way for one machine. */
  async haveTime(): Promise<void> {
    while (this.underWay.size >= MAX_UNDER_WAY) await Promise.race(this.underWay);
  }

  /** Waits until nothing is under way. */
  async done(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async request(placed: Placed, patience: number): Promise<void> {
    placed.outcomes.push(await post(this.stack.storefront, placed.body, placed.key, patience));
  }
}

function orderIdOf({ outcomes }: Placed): string | undefined {
  return outcomes.find(({ status }) => status === 201)?.body.orderId;
}

async function post(api: ApiClient, body: object, key: string | undefined, patience: number): Promise<Outcome> {
  const headers = key === undefined ? {} : { "Idempotency-Key": key };
  const none = { status: 0, body: undefined, isReplay: false };
  const answer = api.post("/orders", body, headers).then(
    ({ status, body, headers }) => ({ status, body, isReplay: headers.get("Idempotent-Replayed") === "true" }),
    () => none,
  );
  return Promise.race([answer, sleep(patience, none, { ref: false })]);
}
