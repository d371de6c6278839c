import { mock } from "node:test";
import { QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { paceOf } from "../../../components/shared/pace.ts";
import { Failure } from "../../../domain/failure.ts";
import { newOrder } from "../../../domain/order.ts";
import { db } from "../../../handlers/lib/db.ts";
import { gateways } from "../../../handlers/lib/gateways.ts";
import { handler } from "../../../handlers/process-payments.ts";
import { simulatedGateway } from "../../../payments/simulated.ts";
import { configDefaults } from "../../../stacks/stages.ts";
import { toItem } from "../../../store/items.ts";
import { useCapturedLogs } from "../../support/logs.ts";
import { orderIdOf } from "../../support/sqs-records.ts";
import { busiestSecond, DelayedQueue } from "./delayed-queue.ts";

const ORDERS = 1_000;
const PER_SECOND = Number(configDefaults().paymentRatePerSecond);
const PACE = paceOf("paymentRatePerSecond", PER_SECOND);
const OUTAGE_MS = 600_000;

/** The deployed function, on a clock that the test winds, behind a queue that delivers as Lambda does. */
describe(`A backlog of ${ORDERS} orders, of which the payment provider charges ${PER_SECOND} a second`, () => {
  useCapturedLogs();
  const database = mockClient(db.client);
  const workflow = mockClient(SFNClient);
  let queue: DelayedQueue;
  /** When the provider was asked to charge, and how often it refused. */
  let asked: number[];
  let refused: number;
  /** What the workflow was told, by task token. */
  let outcomes: Map<string, string>;
  let responseMs: number;
  let isDown: () => boolean;

  beforeEach(() => {
    Object.assign(process.env, { ORDERS_TABLE: "orders", PAYMENT_GATEWAY: "simulated", ORDER_DEADLINE_HOURS: "24" });
    queue = new DelayedQueue(backlog(), { handler, pace: PACE, tickMs: 10 });
    [asked, refused, outcomes] = [[], 0, new Map()];
    isDown = () => false;
    const provider = {
      ...simulatedGateway(db),
      async charge() {
        const now = Date.now();
        asked.push(now);
        const lastSecond = asked.length - asked.findIndex((at) => at > now - 1_000);
        if (isDown() || lastSecond > PER_SECOND) {
          refused += 1;
          throw new Failure("GatewayError", "429");
        }
        await new Promise((resolve) => setTimeout(resolve, responseMs));
        return "CHARGED" as const;
      },
    };
    mock.method(gateways, "open", async () => provider);
    database.on(QueryCommand).callsFake(({ ExpressionAttributeValues }) => ({
      Items: [
        toItem({ ...orderWith(ExpressionAttributeValues[":pk"].S), sk: "ORDER" }),
        toItem({ sk: "RESERVATION", status: "RESERVED" }),
      ],
    }));
    database.on(TransactWriteItemsCommand).resolves({});
    database.on(UpdateItemCommand).callsFake(({ ExpressionAttributeValues }) => ({
      Attributes: toItem({ status: ":charged" in ExpressionAttributeValues ? "CHARGED" : "CHARGING" }),
    }));
    workflow.on(SendTaskSuccessCommand).callsFake(({ taskToken, output }) => {
      outcomes.set(taskToken, JSON.parse(output).outcome);
      return {};
    });
  });

  afterEach(() => {
    queue.close();
    mock.restoreAll();
    for (const client of [database, workflow]) client.reset();
  });

  after(() => {
    for (const client of [database, workflow]) client.restore();
  });

  for (const [ms, atLeast, atMost] of [
    [50, 50, 55],
    [1_200, 50, 55],
  ] as const) {
    it(`is charged in ${atMost} seconds, each once, when it answers in ${ms} ms`, async () => {
      responseMs = ms;

      const seconds = await deliverAll();

      expect(seconds).to.be.within(atLeast, atMost);
      expectAllCharged();
      expect(refused / asked.length).to.be.below(0.02);
    });
  }

  it("is charged, each once, when it refuses everything for ten minutes", async () => {
    responseMs = 50;
    isDown = () => Date.now() < OUTAGE_MS;

    const seconds = await deliverAll();

    expect(seconds / 60).to.be.within(10, 25);
    expectAllCharged();
  });

  function expectAllCharged() {
    expect(queue.deadLetters).to.equal(0);
    expect(outcomes.size).to.equal(ORDERS);
    expect(new Set(outcomes.values())).to.deep.equal(new Set(["CHARGED"]));
    expect(asked.length - refused).to.equal(ORDERS);
    expect(busiestSecond(asked)).to.be.at.most(PER_SECOND + PACE.maximumConcurrency);
  }

  async function deliverAll(): Promise<number> {
    const ms = await queue.deliverAll(() => {
      for (const client of [database, workflow]) client.resetHistory();
    });
    return ms / 1_000;
  }
});

function backlog(): string[] {
  return Array.from({ length: ORDERS }, (_, index) => {
    const input = { orderId: orderIdOf(`order ${index}`) };
    return JSON.stringify({ step: "charge-payment", taskToken: String(index), input });
  });
}

function orderWith(pk: string) {
  const request = { customerEmail: "ada@example.com", items: [] };
  const order = newOrder(pk.slice("ORDER#".length), "1970-01-01T00:00:00.000Z", request, {
    lines: [],
    totalMinor: 0,
    currency: "USD",
  });
  return { ...order, status: "PROCESSING" };
}
