import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, it } from "mocha";
import pLimit from "p-limit";
import { reasonSentence } from "../../../domain/failure-reasons.ts";
import type { OrderStatus } from "../../../domain/lifecycle.ts";
import { wordsOf } from "../../../mails/view.ts";
import { unlessBusy } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { Executions } from "../../support/executions.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { orderBody, stockCatalogue } from "../../support/orders.ts";
import { messageCount } from "../../support/queues.ts";
import { useLocalStack } from "../../support/stack.ts";
import { useStepFaults } from "../../support/step-faults.ts";
import { TestTable } from "../../support/table.ts";
import { useEventProbe } from "../../support/topic-probes.ts";
import { mailKinds, UNITS, unitsTaken } from "./scenario-table.ts";
import { type PlacedOrder, SCENARIOS, type Scenario } from "./scenarios.ts";

/**
 * Concurrent executions that work, and as many that mostly wait. Each one needs another process of every function, and on
 * a busy machine, too many processes make steps time out.
 */
const CONCURRENCY = 4;

/** Units of each scenario's own product. */
const STOCK = 5;

/** A scenario's order, once it is final. */
interface Played {
  orderId: string;
  productId: string;
  customerEmail: string;
}

/**
 * Defines a test for each scenario. They run concurrently on one stack, each with a customer and a product of its own.
 *
 * @param duplicates - Additional executions to start for each one that the queue starts.
 */
export function testScenarios(duplicates: number): void {
  // Enough that no execution waits for paused ones.
  const stack = useLocalStack({}, { maxConcurrentExecutions: 50 });
  const probe = useEventProbe(stack);
  const faults = useStepFaults(stack);
  const played = new Map<Scenario, Promise<Played>>();
  let table: TestTable;
  let executions: Executions;

  before("start all scenarios", () => {
    table = TestTable.of(stack());
    executions = new Executions(stack());
    const limit = pLimit(CONCURRENCY / (1 + duplicates));
    const waitingLimit = pLimit(CONCURRENCY / (1 + duplicates));
    for (const [index, scenario] of SCENARIOS.entries()) {
      const play = (scenario.waits ? waitingLimit : limit)(() => playThrough(scenario, index));
      // The scenario's test reports the error.
      play.catch(() => {});
      played.set(scenario, play);
    }
  });

  for (const scenario of SCENARIOS) {
    it(scenario.title, async () => {
      const play = await played.get(scenario);

      await check(scenario, play as Played);
    });
  }

  it("fails for an unknown order, and writes nothing", async () => {
    const orderId = "test-order-123";
    faults.plan(orderId);

    const end = await executions.untilEnded(await executions.start({ orderId, createdAt: "2026-01-15T10:30:00.000Z" }));

    expect(end).to.include({ status: "FAILED", error: "OrderNotFound" });
    expect(await table.partition(`ORDER#${orderId}`)).to.deep.equal([]);
    expect(await table.partition(`GATEWAY#${orderId}`)).to.deep.equal([]);
  });

  it("changes nothing more once all executions have ended", async () => {
    await eventually(async () => {
      expect(await messageCount(stack().outputs.orderQueueUrl ?? "", stack())).to.equal(0);
      const statuses = new Set((await executions.list()).map(({ status }) => status));
      expect([...statuses]).to.have.members(["SUCCEEDED", "FAILED"]);
    });

    for (const [scenario, play] of played) await check(scenario, await play);
    const failed = (await executions.list()).filter(({ status }) => status !== "SUCCEEDED");
    const given = SCENARIOS.filter(({ givesUp }) => givesUp).length * (1 + duplicates);
    expect(failed, "failed executions, among them that of the unknown order").to.have.lengthOf(1 + given);
    expect(await messageCount(stack().outputs.orderDlqUrl ?? "", stack())).to.equal(0);
  });

  /** Places a scenario's order, performs its actions, and waits until the order is final. */
  async function playThrough(scenario: Scenario, index: number): Promise<Played> {
    const { backOffice, storefront } = stack();
    const productId = `ROW-${index}`;
    const customerEmail = `row-${index}@example.com`;
    const { paymentMethod } = scenario;
    await stockCatalogue(backOffice, [{ productId, name: scenario.title, price: 10, stock: STOCK }]);
    const items = [{ productId, quantity: UNITS }];
    const body = orderBody({ customerEmail, items, ...(paymentMethod && { paymentMethod }) });
    const api = scenario.atStorefront ? storefront : backOffice;
    const response = await unlessBusy(() => api.post("/orders", body, { "Idempotency-Key": productId }));
    expect(response.status).to.equal(201);
    const { orderId, token } = response.body;
    faults.plan(orderId, scenario.faults);
    const started = await duplicate(orderId);
    await scenario.actions?.(placedOrder(orderId, token ?? "", productId, started));
    const play = { orderId, productId, customerEmail };
    await probe.reached(orderId, scenario.path.at(-1) as OrderStatus);
    await eventually(() => check(scenario, play));
    return play;
  }

  /** @returns The ARNs of the executions that it started. */
  async function duplicate(orderId: string): Promise<string[]> {
    return Promise.all(Array.from({ length: duplicates }, () => executions.start({ orderId })));
  }

  function placedOrder(orderId: string, token: string, productId: string, started: string[]): PlacedOrder {
    const { awsClient, backOffice, storefront, outputs } = stack();
    return {
      becomes: (status) => probe.reached(orderId, status),
      paused: (step, count = 1) => faults.paused(orderId, step, duplicates + count),
      resume: (step) => faults.resume(orderId, step),
      async cancel(expected = 202) {
        const { status } = await backOffice.post(`/orders/${orderId}/cancel`, {});
        expect(status).to.equal(expected);
        if (expected === 202) await duplicate(orderId);
      },
      async set(status) {
        const response = await backOffice.put(`/orders/${orderId}`, { status });
        expect(response.status).to.equal(200);
      },
      tried: () => eventually(async () => expect((await table.records(orderId)).charge.tries).to.be.at.least(1)),
      expire: () => table.expire(orderId),
      async gaveUp() {
        await eventually(async () => {
          const own = (await executions.list()).filter(
            ({ executionArn = "" }) => executionArn.endsWith(`:${orderId}`) || started.includes(executionArn),
          );
          expect(own.map(({ status }) => status)).to.deep.equal(Array(1 + duplicates).fill("FAILED"));
        });
        faults.plan(orderId);
      },
      async awaited(status, triesLeft, paymentMethod) {
        const headers = { "X-Order-Token": token };
        await eventually(async () => {
          const { body } = await storefront.request("GET", `/orders/${orderId}`, undefined, headers);
          expect(body.payment).to.include({ status, triesLeft });
        });
        if (paymentMethod === undefined) return;
        const key = { "Idempotency-Key": `${orderId}-${triesLeft}` };
        const paid = await storefront.post(`/orders/${orderId}/payment`, { paymentMethod }, { ...headers, ...key });
        expect(paid.status).to.equal(202);
      },
      sellOut: () => table.sellOut(productId),
      async startByHand() {
        const { createdAt } = (await table.records(orderId)).order;
        const { status } = await executions.untilEnded(await executions.start({ orderId, createdAt }));
        expect(status).to.equal("SUCCEEDED");
      },
      async redeliver() {
        const { events } = await table.records(orderId);
        const message = { QueueUrl: outputs.orderQueueUrl, MessageBody: JSON.stringify(events[0]) };
        await new SQSClient(awsClient).send(new SendMessageCommand(message));
      },
    };
  }

  /** Compares the order's records, stock and emails with its scenario. */
  async function check(scenario: Scenario, { orderId, productId, customerEmail }: Played): Promise<void> {
    const { path, reason, charges, refunds, soldOut } = scenario;
    const { order, payment, charge } = await table.records(orderId);
    expect(order.history.map(({ status }) => status)).to.deep.equal(["PENDING", ...path]);
    expect({
      reason: order.failureReason,
      sentence: order.history.at(-1)?.reason,
      openShard: order.openShard,
      charges: charge.charges,
      refunds: charge.refunds,
      refundedMinor: payment?.refundedMinor,
      stock: await table.stockOf(productId),
    }).to.deep.equal({
      reason,
      sentence: reason && reasonSentence(reason),
      openShard: undefined,
      charges,
      refunds,
      refundedMinor: unitsTaken(scenario) > 0 ? undefined : refunds * order.totalMinor,
      stock: soldOut ? 0 : STOCK - unitsTaken(scenario),
    });
    const subjects = mailKinds(scenario).map((kind) => wordsOf(kind, { order, event: {} }).subject);
    const mails = await mailsTo(customerEmail, stack());
    expect(mails.map(({ Subject }) => Subject)).to.have.members(subjects);
  }
}
