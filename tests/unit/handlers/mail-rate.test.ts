import { syncBuiltinESMExports } from "node:module";
import { mock } from "node:test";
import { setImmediate as settled } from "node:timers/promises";
import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { BATCH_SIZE, paceOf } from "../../../components/shared/pace.ts";
import { newOrder } from "../../../domain/order.ts";
import { db } from "../../../handlers/lib/db.ts";
import { handler } from "../../../handlers/notify-customer.ts";
import { toItem } from "../../../store/items.ts";
import { useCapturedLogs } from "../../support/logs.ts";
import { anEvent, orderIdOf, sqsBatch } from "../../support/sqs-records.ts";

const MAILS = 10_000;
const PER_SECOND = 14;
const PACE = paceOf("mailRatePerSecond", PER_SECOND);
/** The clock's steps divide the function's pauses. */
const TICK_MS = 11;
const OUTAGE_MS = 600_000;

/** The deployed function, on a clock that the test winds, behind a queue that delivers as Lambda does. */
describe(`${MAILS} emails at once, of which SES takes ${PER_SECOND} a second`, () => {
  useCapturedLogs();
  const database = mockClient(db.client);
  const ses = mockClient(SESClient);
  const sqs = mockClient(SQSClient);
  /** Messages, and when they become visible. */
  let queue: { record: SQSRecord; at: number }[];
  /** Seconds until a message comes back, by its receipt. */
  let delays: Map<string, number>;
  let deadLetters: number;
  /** When each email was sent. */
  let sent: number[];
  let subjects: Set<string>;
  let answer: () => Promise<void>;

  beforeEach(() => {
    Object.assign(process.env, { ORDERS_TABLE: "orders", MAIL_FROM: "shop@example.com", QUEUE_URL: "queue" });
    Object.assign(process.env, { DEAD_LETTER_QUEUE_URL: "dead", MESSAGE_INTERVAL_MS: String(PACE.intervalMs) });
    [queue, delays, deadLetters, sent, subjects] = [backlog(), new Map(), 0, [], new Set()];
    database.on(GetItemCommand).callsFake(({ Key }) => ({ Item: toItem(orderWith(Key.pk.S)) }));
    database.on(UpdateItemCommand).resolves({});
    ses.on(SendEmailCommand).callsFake(async ({ Message }) => {
      const at = Date.now();
      await answer();
      sent.push(at);
      subjects.add(Message.Subject.Data);
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
    syncBuiltinESMExports();
    for (const client of [database, ses, sqs]) client.reset();
  });

  after(() => {
    for (const client of [database, ses, sqs]) client.restore();
  });

  for (const responseMs of [0, 200]) {
    it(`are all sent in 12 minutes, each once, when it answers in ${responseMs} ms`, async () => {
      answer = () => new Promise((resolve) => setTimeout(resolve, responseMs));

      const minutes = await deliverAll();

      expect(minutes).to.be.within(11.9, 13);
      expectAllSent();
    });
  }

  it("are all sent, each once, when it throttles everything for ten minutes", async () => {
    answer = async () => {
      if (Date.now() < OUTAGE_MS) throw Object.assign(new Error("no"), THROTTLING);
    };

    const minutes = await deliverAll();

    expect(minutes).to.be.within(21.9, 40);
    expectAllSent();
  });

  function expectAllSent() {
    expect(deadLetters).to.equal(0);
    expect([sent.length, subjects.size]).to.deep.equal([MAILS, MAILS]);
    const busiest = sent.map((at, index) => sent.findIndex((later, i) => i > index && later >= at + 1_000) - index);
    // One more of each batch, where two of its emails are a second apart.
    expect(Math.max(...busiest)).to.be.within(PER_SECOND, PER_SECOND + PACE.maximumConcurrency);
  }

  /** Delivers batches until the queue is empty: the next one at once, as many at a time as allowed. @returns The minutes. */
  async function deliverAll(): Promise<number> {
    let batches = 0;
    const deliver = async (records: SQSRecord[]) => {
      batches += 1;
      const { batchItemFailures } = await handler({ Records: records });
      batches -= 1;
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const record of records.filter(({ messageId }) => failed.has(messageId))) {
        queue.push({
          record: againOf(record),
          at: Date.now() + 1_000 * (delays.get(record.receiptHandle) ?? Number.NaN),
        });
      }
      for (const client of [database, ses, sqs]) client.resetHistory();
    };
    while (queue.length > 0 || batches > 0) {
      for (let records = visible(); records.length > 0 && batches < PACE.maximumConcurrency; records = visible()) {
        queue = queue.filter(({ record }) => !records.includes(record));
        deliver(records);
      }
      mock.timers.tick(TICK_MS);
      await settled();
    }
    return Date.now() / 60_000;
  }

  function visible(): SQSRecord[] {
    const now = Date.now();
    const batch: SQSRecord[] = [];
    for (const { record, at } of queue) {
      if (batch.length === BATCH_SIZE) break;
      if (at <= now) batch.push(record);
    }
    return batch;
  }
});

const THROTTLING = { name: "Throttling", $metadata: { httpStatusCode: 400 } };

function backlog() {
  const events = Array.from({ length: MAILS }, (_, index) => anEvent({ orderId: orderIdOf(`order ${index}`) }));
  const { Records } = sqsBatch(...events);
  return Records.map((record, index) => ({ record: { ...againOf(record), receiptHandle: String(index) }, at: 0 }));
}

/** A message as it is delivered the next time. */
function againOf(record: SQSRecord): SQSRecord {
  const receives = Number(record.attributes?.ApproximateReceiveCount ?? 0) + 1;
  return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) } };
}

function orderWith(pk: string) {
  const request = { customerEmail: "ada@example.com", items: [] };
  return newOrder(pk.slice("ORDER#".length), "2026-01-15T10:30:00.000Z", request, { lines: [], totalMinor: 0 });
}
