import { expect } from "chai";
import { DECLINED, itemsOf, PRODUCTS, STOCK } from "../../load/catalogue.ts";
import { lookAt } from "../../load/outcome.ts";
import { faultsIn } from "../../load/run-outcome.ts";
import { setDelivery } from "../support/event-source-mappings.ts";
import { eventually } from "../support/eventually.ts";
import { type FaultPlan, Faults, type Step } from "../support/faults.ts";
import { invoke } from "../support/functions.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { messageCount } from "../support/queues.ts";
import type { TestStack } from "../support/stack.ts";

/** Orders whose workflow is within a step when another program comes: before or after what the step does. */
const HELD: { step: Step; plan: FaultPlan; paymentMethod?: string }[] = [
  { step: "reserve-stock", plan: { "reserve-stock": "pause before" } },
  { step: "charge-payment", plan: { "charge-payment": "pause after" } },
  { step: "complete-order", plan: { "complete-order": "pause before" } },
  { step: "release-stock", plan: { "release-stock": "pause before" }, paymentMethod: DECLINED },
];

/** One order that can be fulfilled, and one that can't. */
const PAIR = [{}, { paymentMethod: DECLINED }];

/** Orders in all states, while the stack is deployed from another program. */
export class OrdersUnderWay {
  /** All orders, in the order in which they were placed. */
  readonly placed: string[] = [];
  private readonly stack: TestStack;
  private readonly run: { id: string; startedAt: Date };
  private readonly faults = new Faults();
  private held: string[] = [];
  private waiting: string[] = [];

  constructor(stack: TestStack) {
    this.stack = stack;
    this.run = { id: stack.name, startedAt: new Date() };
  }

  /** Fills the catalogue, and lets a first order be fulfilled, another one, and one fail. */
  async prepare(first: object, headers: Record<string, string>): Promise<void> {
    await stockCatalogue(
      this.stack.backOffice,
      PRODUCTS.map((product) => ({ ...product, stock: STOCK })),
    );
    await this.place(first, headers);
    await this.placeEach(PAIR);
    await this.untilFinal(this.placed);
  }

  /** Places orders that stay under way: in a step, in the queue, in the stream. */
  async begin(): Promise<void> {
    const { faults, stack } = this;
    await faults.install(stack);
    this.held = await this.placeEach(HELD.map(({ paymentMethod }) => (paymentMethod ? { paymentMethod } : {})));
    for (const [index, { plan }] of HELD.entries()) faults.plan(this.held[index] ?? "", plan);
    await Promise.all(HELD.map(({ step }, index) => faults.paused(this.held[index] ?? "", step)));
    await setDelivery("start-fulfilment", false, stack);
    const queued = await this.placeEach(PAIR);
    await eventually(async () => expect(await this.waitingMessages()).to.equal(PAIR.length));
    await setDelivery("publish-events", false, stack);
    this.waiting = [...queued, ...(await this.placeEach(PAIR))];
  }

  /** Lets go of all of them. @returns The states in which those ended that had waited outside of the workflow. */
  async end(): Promise<string[]> {
    const { faults, held, stack, waiting } = this;
    expect(await this.waitingMessages(), "messages that waited before").to.equal(PAIR.length);
    for (const orderId of waiting) faults.plan(orderId);
    for (const handler of ["publish-events", "start-fulfilment"]) await setDelivery(handler, true, stack);
    const states = await this.untilFinal(waiting);
    for (const [index, { step }] of HELD.entries()) faults.resume(held[index] ?? "", step);
    // On a machine with much to do, a step may have been held for longer than its workflow tries.
    await this.untilFinal(held, () => invoke("sweep-orders", stack));
    return states;
  }

  /** What doesn't fit when all have ended, a sentence each. */
  async wrongs(): Promise<string[]> {
    const books = await lookAt(this.stack, this.run);
    const { length } = this.placed;
    return faultsIn({ sent: length, accepted: length, refused: 0, ...books });
  }

  private async place(changes: object, headers: Record<string, string> = {}): Promise<string> {
    const index = this.placed.length;
    const own = { customerId: `${this.run.id}-${index}`, items: itemsOf(index), ...changes };
    const orderId = await placeOrder(this.stack.storefront, own, headers);
    this.placed.push(orderId);
    return orderId;
  }

  private async placeEach(orders: object[]): Promise<string[]> {
    const ids: string[] = [];
    for (const order of orders) ids.push(await this.place(order));
    return ids;
  }

  /** Waits until orders are final. @returns Their states. */
  private untilFinal(orderIds: string[], push: () => Promise<unknown> = async () => {}): Promise<string[]> {
    return eventually(async () => {
      await push();
      const orders = await Promise.all(orderIds.map((orderId) => this.stack.backOffice.get(`/orders/${orderId}`)));
      const states = orders.map(({ body }) => body.status as string);
      for (const state of states) expect(state).to.be.oneOf(["COMPLETED", "FAILED"]);
      return states;
    }, 60);
  }

  private waitingMessages(): Promise<number> {
    return messageCount(this.stack.outputs.orderQueueUrl ?? "", this.stack);
  }
}
