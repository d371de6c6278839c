import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, it } from "mocha";
import pLimit from "p-limit";
import { reasonSentence } from "../../../domain/failure-reasons.ts";
import type { OrderStatus } from "../../../domain/lifecycle.ts";
import { mail } from "../../../domain/mails.ts";
import { DeployedTable } from "../../support/deployed-table.ts";
import { useEventProbe } from "../../support/event-probe.ts";
import { eventually } from "../../support/eventually.ts";
import { Executions } from "../../support/executions.ts";
import { useFaults } from "../../support/faults.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../../support/orders.ts";
import { messageCount } from "../../support/queues.ts";
import { useLocalStack } from "../../support/stack.ts";
import { mailKinds, PIECES, piecesTaken } from "./scenario-table.ts";
import { type PlacedOrder, SCENARIOS, type Scenario } from "./scenarios.ts";

/**
 * So many executions run at once, and as many that mostly wait. Each more has every function start one more process, and
 * with too many of them a busy machine takes longer than a step may.
 */
const AT_ONCE = 4;

/** Seconds that a scenario may take: the gateway's silence at four tries takes longest, and the machine may be busy. */
const PATIENCE = 90;

/** Pieces of each scenario's own product. */
const STOCK = 5;

/** What is left of a scenario's order. */
interface Played {
  orderId: string;
  productId: string;
  customerEmail: string;
}

/**
 * One test for each scenario, all on one stack: each has a customer and a product of its own, so they run at once.
 *
 * @param duplicates - For each execution that the queue starts, so many more are started at the same time by hand.
 */
export function testScenarios(duplicates: number): void {
  // None may wait for its turn behind those that pause for it.
  const stack = useLocalStack({}, { maxConcurrentExecutions: 50 });
  const probe = useEventProbe(stack);
  const faults = useFaults(stack);
  const played = new Map<Scenario, Promise<Played>>();
  let table: DeployedTable;
  let executions: Executions;

  before("start all scenarios", () => {
    table = new DeployedTable(stack());
    executions = new Executions(stack());
    const limit = pLimit(AT_ONCE / (1 + duplicates));
    const limitOfWaiting = pLimit(AT_ONCE / (1 + duplicates));
    for (const [index, scenario] of SCENARIOS.entries()) {
      const play = (scenario.waits ? limitOfWaiting : limit)(() => playThrough(scenario, index));
      // Its test tells of it.
      play.catch(() => {});
      played.set(scenario, play);
    }
  });

  for (const scenario of SCENARIOS) {
    it(scenario.way, async () => {
      const play = await played.get(scenario);

      await check(scenario, play as Played);
    }).timeout(PATIENCE * 1_000);
  }

  it("fails for an order that there isn't, and writes nothing", async () => {
    const orderId = "test-order-123";
    faults.plan(orderId);

    const end = await executions.end(await executions.start({ orderId, createdAt: "2026-01-15T10:30:00.000Z" }));

    expect(end).to.include({ status: "FAILED", error: "OrderNotFound" });
    expect(await table.partition(`ORDER#${orderId}`)).to.deep.equal([]);
    expect(await table.partition(`GATEWAY#${orderId}`)).to.deep.equal([]);
  });

  it("leaves everything so once all is at rest", async () => {
    await eventually(async () => {
      expect(await messageCount(stack().outputs.orderQueueUrl ?? "", stack())).to.equal(0);
      const statuses = new Set((await executions.list()).map(({ status }) => status));
      expect([...statuses]).to.have.members(["SUCCEEDED", "FAILED"]);
    }, PATIENCE);

    for (const [scenario, play] of played) await check(scenario, await play);
    const failed = (await executions.list()).filter(({ status }) => status !== "SUCCEEDED");
    expect(failed, "executions that failed, for the order that there isn't").to.have.lengthOf(1);
    expect(await messageCount(stack().outputs.orderDlqUrl ?? "", stack())).to.equal(0);
  }).timeout(PATIENCE * 1_000);

  /** Places a scenario's order, does what is done meanwhile, and waits for the end. */
  async function playThrough(scenario: Scenario, index: number): Promise<Played> {
    const { backOffice, storefront } = stack();
    const productId = `ROW-${index}`;
    const customerEmail = `row-${index}@example.com`;
    const { paymentMethod, soldOut } = scenario;
    const stock = soldOut ? PIECES - 1 : STOCK;
    await stockCatalogue(backOffice, [{ productId, name: scenario.way, price: 10, stock }]);
    const items = [{ productId, quantity: PIECES }];
    const orderId = await placeOrder(storefront, { customerEmail, items, ...(paymentMethod && { paymentMethod }) });
    faults.plan(orderId, scenario.faults);
    await duplicate(orderId);
    await scenario.meanwhile?.(placedOrder(orderId));
    const play = { orderId, productId, customerEmail };
    await probe.reached(orderId, scenario.path.at(-1) as OrderStatus, PATIENCE);
    await eventually(() => check(scenario, play));
    return play;
  }

  async function duplicate(orderId: string): Promise<void> {
    await Promise.all(Array.from({ length: duplicates }, () => executions.start({ orderId })));
  }

  function placedOrder(orderId: string): PlacedOrder {
    const { awsClient, backOffice, outputs } = stack();
    return {
      becomes: (status) => probe.reached(orderId, status),
      paused: (step, count = 1) => faults.paused(orderId, step, duplicates + count),
      resume: (step) => faults.resume(orderId, step),
      async cancel(answer = 202) {
        const { status } = await backOffice.post(`/orders/${orderId}/cancel`, {});
        expect(status).to.equal(answer);
        if (answer === 202) await duplicate(orderId);
      },
      async set(status) {
        const answer = await backOffice.put(`/orders/${orderId}`, { status });
        expect(answer.status).to.equal(200);
      },
      async startByHand() {
        const { createdAt } = (await table.story(orderId)).order;
        const { status } = await executions.end(await executions.start({ orderId, createdAt }));
        expect(status).to.equal("SUCCEEDED");
      },
      async deliverAgain() {
        const { events } = await table.story(orderId);
        const message = { QueueUrl: outputs.orderQueueUrl, MessageBody: JSON.stringify(events[0]) };
        await new SQSClient(awsClient).send(new SendMessageCommand(message));
      },
    };
  }

  /** Compares everything that there is of an order with what its scenario says. */
  async function check(scenario: Scenario, { orderId, productId, customerEmail }: Played): Promise<void> {
    const { path, reason, charges, refunds, soldOut } = scenario;
    const { order, payment, charge } = await table.story(orderId);
    expect(order.history.map(({ status }) => status)).to.deep.equal(["PENDING", ...path]);
    expect({
      reason: order.failureReason,
      told: order.history.at(-1)?.reason,
      openShard: order.openShard,
      charges: charge.charges,
      refunds: charge.refunds,
      refundedMinor: payment?.refundedMinor,
      stock: await table.stockOf(productId),
    }).to.deep.equal({
      reason,
      told: reason && reasonSentence(reason),
      openShard: undefined,
      charges,
      refunds,
      refundedMinor: piecesTaken(scenario) > 0 ? undefined : refunds * order.totalMinor,
      stock: soldOut ? PIECES - 1 : STOCK - piecesTaken(scenario),
    });
    const subjects = mailKinds(scenario).map((kind) => mail(kind, order).subject);
    const mails = await mailsTo(customerEmail, stack());
    expect(mails.map(({ Subject }) => Subject)).to.have.members(subjects);
  }
}
