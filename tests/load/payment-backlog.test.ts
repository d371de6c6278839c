import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { before, beforeEach, describe, it } from "mocha";
import pLimit from "p-limit";
import { paceOf } from "../../components/shared/pace.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { proxyCalls, type ServiceResponse } from "../support/call-proxy.ts";
import { eventually } from "../support/eventually.ts";
import { invoke, setEventSource } from "../support/functions.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { deadLetters, messageCount } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";

const ORDERS = 60;
const PER_SECOND = Number(configDefaults().paymentRatePerSecond);
/** More would only wait for each other on one machine. */
const CONNECTIONS = 10;
/** The first payments of all concurrent batches may coincide. */
const TOLERANCE = paceOf("paymentRatePerSecond", PER_SECOND).maximumConcurrency;
/** An error that the SDK doesn't repeat: the payment fails. */
const REFUSAL: ServiceResponse = { status: 400, type: "application/x-amz-json-1.0", body: '{"__type":"Refused"}' };

/** The deployed workflow, queue and function. tests/unit/handlers/payment-rate.test.ts plays 1,000 orders. */
describe("A backlog of payments", () => {
  // Every order that makes no progress for a second would be stuck.
  const stack = useLocalStack({ stuckAfterSeconds: "1" });
  let responseMs: number;
  /** Orders that the provider was asked to charge. */
  const asked = new Set<string>();
  /** How many of them it refused. */
  let refused = 0;
  let startedAt: number;

  before("let the provider refuse what is above its rate", async () => {
    const product = { productId: "PROD-001", name: "Laptop stand", price: 29.99, stock: 10 * ORDERS };
    await stockCatalogue(stack().backOffice, [product]);
    await proxyCalls(stack(), async ({ handler, operation, body }, forward) => {
      const [, orderId] = body.match(/"GATEWAY#([^"]+)"/) ?? [];
      const isCharge = operation === "UpdateItem" && body.includes('":tries":{"N":"1"}');
      // On a busy machine, the SDK may repeat a call that has no response in time.
      if (handler !== "process-payments" || !isCharge || !orderId || asked.has(orderId)) return forward();
      asked.add(orderId);
      // Counted since the start: when the machine stalls, calls of several seconds arrive at once.
      if (asked.size > PER_SECOND * ((Date.now() - startedAt) / 1_000) + TOLERANCE) {
        refused += 1;
        return REFUSAL;
      }
      await sleep(responseMs);
      return forward();
    });
  });

  const limit = pLimit(CONNECTIONS);
  const place = () => limit(() => placeOrder(stack().storefront));

  beforeEach(() => {
    asked.clear();
    refused = 0;
  });

  for (const ms of [50, 1_000]) {
    it(`is charged at the configured rate, each once, when the provider answers in ${ms} ms; while it waits, nothing is stuck`, async () => {
      const table = TestTable.of(stack());
      responseMs = ms;
      await setEventSource("process-payments", false, stack());
      const orderIds = await Promise.all(Array.from({ length: ORDERS }, place));
      await eventually(async () => {
        const records = await Promise.all(orderIds.map((orderId) => table.records(orderId)));
        for (const { reservation } of records) expect(reservation?.status).to.equal("RESERVED");
        // More if an order took a second to get here: it was restarted, and each execution waits for an answer.
        expect(await messagesLeft()).to.be.at.least(ORDERS);
      });
      await sleep(1_100); // stuckAfterSeconds

      const sweep = await invoke("sweep-orders", stack());
      startedAt = Date.now();
      await setEventSource("process-payments", true, stack());
      await eventually(async () => {
        const records = await Promise.all(orderIds.map((orderId) => table.records(orderId)));
        for (const { order } of records) expect(order.status).to.equal("COMPLETED");
        for (const { charge } of records) expect(charge).to.include({ charges: 1, refunds: 0 });
      });

      expect(sweep).to.deep.equal({ stuck: 0, redriven: 0, parked: 0 });
      expect([asked.size, refused]).to.deep.equal([ORDERS, 0]);
      await eventually(async () => expect(await messagesLeft()).to.equal(0));
      expect(await deadLetters(stack())).to.deep.equal([]);
    });
  }

  function messagesLeft(): Promise<number> {
    return messageCount(stack().output("paymentQueueUrl"), stack());
  }
});
