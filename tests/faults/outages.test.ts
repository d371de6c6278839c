import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { afterEach, before, describe, it } from "mocha";
import pLimit from "p-limit";
import { eventually } from "../support/eventually.ts";
import { invoke, whileThrottled } from "../support/functions.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { messageCount } from "../support/queues.ts";
import { orders } from "../support/run-cli.ts";
import { useLocalStack } from "../support/stack.ts";
import { COMPENSATING_STEPS, FORWARD_STEPS, handlerOf, type Step, useStepFaults } from "../support/step-faults.ts";
import { TestTable } from "../support/table.ts";
import { useFaultProxy } from "./fault-proxy.ts";

const DECLINED = "pm_card_chargeDeclined";
const APPROVED = "pm_card_visa";
/** The steps, each with the payment method of an order that meets it, and how that order ends. */
const STEPS = [
  ...FORWARD_STEPS.map((step) => ({ step, paymentMethod: APPROVED })),
  ...COMPENSATING_STEPS.map((step) => ({ step, paymentMethod: DECLINED })),
];
const ORDERS = 60;
/** More would only wait for each other on one machine. */
const CONNECTIONS = 10;
/** A minute, as short as the waits between a step's tries are here. */
const MINUTE_MS = 600;

describe("Orders during an outage are late, never failed", () => {
  const stack = useLocalStack({ stuckAfterSeconds: String((15 * MINUTE_MS) / 1_000) });
  const proxy = useFaultProxy(stack);
  let table: TestTable;

  before(async () => {
    table = TestTable.of(stack());
    await stockCatalogue(stack().backOffice);
  });

  afterEach("end all faults", () => proxy().setRules([]));

  it("if the payment provider is down for ten minutes: customers order and read meanwhile, and doctor says what is down", async () => {
    const { storefront } = stack();
    proxy().setRules([{ service: "provider", fault: "error" }]);
    const ends = sleep(10 * MINUTE_MS);

    const limit = pLimit(CONNECTIONS);
    const place = () => limit(() => placeOrder(storefront));
    const ids = await Promise.all(Array.from({ length: ORDERS }, place));
    const read = await Promise.all(ids.map((id) => limit(() => storefront.get(`/orders/${id}`))));
    const catalogue = await storefront.get("/products");
    const told = await eventually(async () => {
      await invoke("sweep-orders", stack());
      const { output } = await orders(stack(), ["doctor"]);
      expect(output).to.match(/^✖ {2}open orders +fulfilment-process-payments fails for \d+ of 60 open orders: \S/m);
      return output;
    });
    await ends;
    const waiting = await table.openOrders();
    proxy().setRules([]);
    await untilAllFinal();

    expect(new Set([...read, catalogue].map(({ status }) => status))).to.deep.equal(new Set([200]));
    expect(told).to.match(/^ +→ Get that working again\. The orders are late, not lost: they go on by themselves\.$/m);
    expect(waiting).to.equal(ORDERS);
    for (const id of ids) await expectEnd(id, APPROVED);
  });

  for (const { step, paymentMethod } of STEPS) {
    it(`if ${step} is throttled for a while`, async () => {
      const isFromQueue = handlerOf(step) !== step;
      const queueUrl = stack().output("paymentQueueUrl");

      const [id, open] = await whileThrottled(handlerOf(step), stack(), async (throttles) => {
        const id = await placeOrder(stack().backOffice, { paymentMethod });
        // The emulator's queues don't even deliver to a function that may not run.
        const isWaiting = async () =>
          isFromQueue ? (await messageCount(queueUrl, stack())) === 1 : (await throttles()) >= 3;
        await eventually(async () => expect(await isWaiting()).to.equal(true));
        return [id, await table.openOrders()] as const;
      });
      await untilAllFinal();

      expect(open).to.equal(1);
      await expectEnd(id, paymentMethod);
    });
  }

  it("if DynamoDB refuses everything for a minute: who orders meanwhile is asked to try again", async () => {
    const { backOffice, storefront } = stack();
    const ids = await Promise.all(STEPS.map(({ paymentMethod }) => placeOrder(backOffice, { paymentMethod })));

    proxy().setRules([{ service: "dynamodb", fault: "throttle" }]);
    const ends = sleep(MINUTE_MS);
    const headers = { "Idempotency-Key": "during-the-outage" };
    const refused = await storefront.post("/orders", orderBody(), headers);
    await ends;
    proxy().setRules([]);
    const accepted = await storefront.post("/orders", orderBody(), headers);
    await untilAllFinal();

    expect([refused.status, refused.headers.get("Retry-After")]).to.deep.equal([503, "1"]);
    for (const [index, { paymentMethod }] of STEPS.entries()) await expectEnd(ids[index] ?? "", paymentMethod);
    await expectEnd(accepted.body.orderId, APPROVED);
  });

  describe("if a step", () => {
    const faults = useStepFaults(stack);
    const placed = new Map<Step, string>();

    before("place an order for each step", async () => {
      for (const { step, paymentMethod } of STEPS) {
        const id = await placeOrder(stack().backOffice, { paymentMethod });
        faults.plan(id, { [step]: "crash 20 times before" });
        placed.set(step, id);
      }
      await untilAllFinal();
    });

    for (const { step, paymentMethod } of STEPS) {
      it(`crashes on every attempt, 20 times: ${step}`, async () => {
        const id = placed.get(step) ?? "";

        expect(faults.crashes(id, step)).to.equal(20);
        await expectEnd(id, paymentMethod);
      });
    }
  });

  /** Runs the sweeper until no order needs work. */
  async function untilAllFinal(): Promise<void> {
    await eventually(async () => {
      await invoke("sweep-orders", stack());
      expect(await table.openOrders()).to.equal(0);
    });
  }

  async function expectEnd(orderId: string, paymentMethod: string): Promise<void> {
    const { order, charge } = await table.records(orderId);
    const isPaid = paymentMethod === APPROVED;
    expect([order.status, order.failureReason, charge.charges, charge.refunds]).to.deep.equal(
      isPaid ? ["COMPLETED", undefined, 1, 0] : ["FAILED", "PAYMENT_DECLINED", 0, 0],
    );
  }
});
