import { syncBuiltinESMExports } from "node:module";
import { mock } from "node:test";
import { setImmediate as settled } from "node:timers/promises";
import { QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { BATCH_SIZE, paceOf } from "../../../components/shared/pace.ts";
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

const ORDERS = 1_000;
const PER_SECOND = Number(configDefaults().paymentRatePerSecond);
const PACE = paceOf("paymentRatePerSecond", PER_SECOND);
/** The clock's steps divide the function's pauses. */
const TICK_MS = 10;
const OUTAGE_MS = 600_000;

/** The deployed function, on a clock that the test winds, behind a queue that delivers as Lambda does. */
describe(`A backlog of ${ORDERS} orders, of which the payment provider charges ${PER_SECOND} a second`, () => {
  useCapturedLogs();
  const database = mockClient(db.client);
  const workflow = mockClient(SFNClient);
  const sqs = mockClient(SQSClient);
  /** Messages, and when they become visible. */
  let queue: { record: SQSRecord; at: number }[];
  /** Seconds until a message comes back, by its receipt. */
  let delays: Map<string, number>;
  let deadLetters: number;
  /** When the provider was asked to charge, and how often it refused. */
  let asked: number[];
  let refused: number;
  /** What the workflow was told, by task token. */
  let outcomes: Map<string, string>;
  let responseMs: number;
  let isDown: () => boolean;

  beforeEach(() => {
    Object.assign(process.env, { ORDERS_TABLE: "orders", PAYMENT_GATEWAY: "simulated", ORDER_DEADLINE_HOURS: "24" });
    Object.assign(process.env, { QUEUE_URL: "queue", DEAD_LETTER_QUEUE_URL: "dead" });
    Object.assign(process.env, { MESSAGE_INTERVAL_MS: String(PACE.intervalMs) });
    [queue, delays, deadLetters, asked, refused, outcomes] = [backlog(), new Map(), 0, [], 0, new Map()];
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
    sqs.on(ChangeMessageVisibilityCommand).callsFake((change) => {
      delays.set(change.ReceiptHandle, change.VisibilityTimeout);
    });
    sqs.on(SendMessageCommand).callsFake(() => {
      deadLetters += 1;
    });
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
    syncBuiltinESMExports();
  });

  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
    syncBuiltinESMExports();
    for (const client of [database, workflow, sqs]) client.reset();
  });

  after(() => {
    for (const client of [database, workflow, sqs]) client.restore();
  });

  for (const [ms, atLeast, atMost] of [
    [50, 50, 55],
    [1_200, 100, 110],
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
    expect(deadLetters).to.equal(0);
    expect(outcomes.size).to.equal(ORDERS);
    expect(new Set(outcomes.values())).to.deep.equal(new Set(["CHARGED"]));
    expect(asked.length - refused).to.equal(ORDERS);
    const busiest = asked.map((at, index) => asked.findIndex((later, i) => i > index && later >= at + 1_000) - index);
    expect(Math.max(...busiest)).to.be.at.most(PER_SECOND + PACE.maximumConcurrency);
  }

  /** Delivers batches until the queue is empty: the next one at once, as many at a time as allowed. @returns The seconds. */
  async function deliverAll(): Promise<number> {
    let batches = 0;
    const deliver = async (records: SQSRecord[]) => {
      batches += 1;
      const { batchItemFailures } = await handler({ Records: records });
      batches -= 1;
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const record of records.filter(({ messageId }) => failed.has(messageId))) {
        const delay = delays.get(record.receiptHandle) ?? Number.NaN;
        queue.push({ record: againOf(record), at: Date.now() + 1_000 * delay });
      }
      for (const client of [database, workflow, sqs]) client.resetHistory();
    };
    while (queue.length > 0 || batches > 0) {
      for (let records = visible(); records.length > 0 && batches < PACE.maximumConcurrency; records = visible()) {
        queue = queue.filter(({ record }) => !records.includes(record));
        deliver(records);
      }
      mock.timers.tick(TICK_MS);
      await settled();
    }
    return Date.now() / 1_000;
  }

  function visible(): SQSRecord[] {
    const now = Date.now();
    const due = queue.filter(({ at }) => at <= now);
    return due.slice(0, BATCH_SIZE).map(({ record }) => record);
  }
});

function backlog() {
  return Array.from({ length: ORDERS }, (_, index) => {
    const input = { orderId: orderIdOf(`order ${index}`) };
    const body = JSON.stringify({ step: "charge-payment", taskToken: String(index), input });
    const record = { messageId: String(index), receiptHandle: String(index), body } as SQSRecord;
    return { record: againOf(record), at: 0 };
  });
}

/** A message as it is delivered the next time. */
function againOf(record: SQSRecord): SQSRecord {
  const receives = Number(record.attributes?.ApproximateReceiveCount ?? 0) + 1;
  return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) } };
}

function orderWith(pk: string) {
  const request = { customerEmail: "ada@example.com", items: [] };
  const order = newOrder(pk.slice("ORDER#".length), "1970-01-01T00:00:00.000Z", request, { lines: [], totalMinor: 0 });
  return { ...order, status: "PROCESSING" };
}
