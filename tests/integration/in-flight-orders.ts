import { expect } from "chai";
import { DECLINED, itemsOf, PRODUCTS, STOCK } from "../../load/catalogue.ts";
import { observe } from "../../load/outcome.ts";
import { failuresIn } from "../../load/run-outcome.ts";
import { eventually } from "../support/eventually.ts";
import { invoke, setEventSource } from "../support/functions.ts";
import { allMails } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { messageCount } from "../support/queues.ts";
import type { TestStack } from "../support/stack.ts";
import { type FaultPlan, type Step, StepFaults } from "../support/step-faults.ts";
import { TestTable } from "../support/table.ts";

/** Orders whose workflow is paused in a step during a deployment, before or after the step's effect. */
const PAUSED: { step: Step; plan: FaultPlan; paymentMethod?: string }[] = [
  { step: "reserve-stock", plan: { "reserve-stock": "pause before" } },
  { step: "charge-payment", plan: { "charge-payment": "pause after" } },
  { step: "complete-order", plan: { "complete-order": "pause before" } },
  { step: "release-stock", plan: { "release-stock": "pause before" }, paymentMethod: DECLINED },
  // The next step is another version's: it decides something that this one's state machine must understand.
  { step: "reserve-stock", plan: { "reserve-stock": "pause after" }, paymentMethod: DECLINED },
  { step: "begin-order", plan: { "begin-order": "pause after" }, paymentMethod: DECLINED },
];

/** What {@link InFlightOrders.resume} calls the end of an order whose execution in 0.1 lost patience, for these reasons. */
export const GIVEN_UP_END = "GIVEN UP";
const GIVEN_UP = /^(INTERNAL|PAYMENT_UNAVAILABLE)$/;

/** One order that will be completed, and one that will fail. */
const PAIR = [{}, { paymentMethod: DECLINED }];

/** Orders in every state while a different version of the program is deployed. */
export class InFlightOrders {
  /** The ids of all orders, oldest first. */
  readonly placed: string[] = [];
  private readonly stack: TestStack;
  private readonly run: { id: string; startedAt: Date };
  private readonly faults = new StepFaults();
  private paused: string[] = [];
  private queued: string[] = [];

  constructor(stack: TestStack) {
    this.stack = stack;
    this.run = { id: stack.name, startedAt: new Date() };
  }

  /** Stocks the catalogue, and places three orders: two are completed, one fails. */
  async prepare(first: object, headers: Record<string, string>): Promise<void> {
    await stockCatalogue(
      this.stack.backOffice,
      PRODUCTS.map((product) => ({ ...product, stock: STOCK })),
    );
    await this.place(first, headers);
    await this.placeEach(PAIR);
    await this.untilFinal(this.placed);
  }

  /** Places orders that stay in flight: in a step, in the queue, in the stream. Their emails wait in the customers' queue. */
  async hold(): Promise<void> {
    const { faults, stack } = this;
    await setEventSource("notify-customer", false, stack);
    await faults.install(stack);
    this.paused = await this.placeEach(PAUSED.map(({ paymentMethod }) => (paymentMethod ? { paymentMethod } : {})));
    for (const [index, { plan }] of PAUSED.entries()) faults.plan(this.paused[index] ?? "", plan);
    await Promise.all(PAUSED.map(({ step }, index) => faults.paused(this.paused[index] ?? "", step)));
    await setEventSource("start-fulfilment", false, stack);
    const inQueue = await this.placeEach(PAIR);
    await eventually(async () => expect(await this.queuedMessages()).to.equal(PAIR.length));
    await setEventSource("publish-events", false, stack);
    this.queued = [...inQueue, ...(await this.placeEach(PAIR))];
  }

  /**
   * Lets all of them continue.
   *
   * @returns Their final statuses, first of those whose workflow had not started; or {@link GIVEN_UP_END}.
   */
  async resume(): Promise<string[]> {
    const { faults, paused, queued, stack } = this;
    expect(await this.queuedMessages(), "messages queued before").to.equal(PAIR.length);
    for (const orderId of queued) faults.plan(orderId);
    for (const handler of ["publish-events", "start-fulfilment", "notify-customer"])
      await setEventSource(handler, true, stack);
    const statuses = await this.untilFinal(queued);
    for (const [index, { step }] of PAUSED.entries()) faults.resume(paused[index] ?? "", step);
    // One version's state machine may not understand the other's steps: the sweeper starts it again.
    const resumed = await this.untilFinal(paused, () => invoke("sweep-orders", stack));
    return [...statuses, ...resumed];
  }

  /** Once all orders are final: every inconsistency, as a sentence. */
  async inconsistencies(): Promise<string[]> {
    const outcome = await observe(this.stack, this.run);
    const { length } = this.placed;
    return failuresIn({ sent: length, accepted: length, refused: 0, ...outcome });
  }

  /** Once all orders are final: waits until each customer has got both emails, once. */
  async untilNotified(): Promise<void> {
    await eventually(async () => {
      const subjects = (await allMails(this.stack)).map(({ Subject }) => Subject);
      expect(new Set(subjects)).to.have.property("size", 2 * this.placed.length);
      expect(subjects).to.have.length(2 * this.placed.length);
    });
  }

  private async place(changes: { paymentMethod?: string }, headers: Record<string, string> = {}): Promise<string> {
    const index = this.placed.length;
    const own = { customerId: `${this.run.id}-${index}`, items: itemsOf(index), ...changes };
    const { storefront, backOffice } = this.stack;
    // Customers of the storefront could try another card: nobody waits for those of the back office.
    const orderId = await placeOrder(changes.paymentMethod === DECLINED ? backOffice : storefront, own, headers);
    this.placed.push(orderId);
    return orderId;
  }

  private async placeEach(orders: { paymentMethod?: string }[]): Promise<string[]> {
    const ids: string[] = [];
    for (const order of orders) ids.push(await this.place(order));
    return ids;
  }

  /** Waits until orders are final. @param beforeCheck - Called before each check. @returns Their statuses. */
  private untilFinal(orderIds: string[], beforeCheck: () => Promise<unknown> = async () => {}): Promise<string[]> {
    return eventually(async () => {
      await beforeCheck();
      const orders = await Promise.all(orderIds.map((orderId) => this.stack.backOffice.get(`/orders/${orderId}`)));
      for (const { body } of orders) expect(body.status).to.be.oneOf(["COMPLETED", "FAILED"]);
      const table = TestTable.of(this.stack);
      const records = await Promise.all(orderIds.map((orderId) => table.records(orderId)));
      return records.map(({ order }) => (GIVEN_UP.test(order.failureReason ?? "") ? GIVEN_UP_END : order.status));
    });
  }

  private queuedMessages(): Promise<number> {
    return messageCount(this.stack.outputs.orderQueueUrl ?? "", this.stack);
  }
}
