import { QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { paceOf } from "../../../components/shared/pace.ts";
import { newOrder } from "../../../domain/order.ts";
import { db } from "../../../handlers/lib/db.ts";
import { handler } from "../../../handlers/notify-customer.ts";
import { orderItem } from "../../../store/orders.ts";
import { useCapturedLogs } from "../../support/logs.ts";
import { MAIL_ENVIRONMENT } from "../../support/mail-environment.ts";
import { anEvent, orderIdOf } from "../../support/sqs-records.ts";
import { busiestSecond, DelayedQueue } from "./delayed-queue.ts";

const MAILS = 10_000;
const PER_SECOND = 14;
const PACE = paceOf("mailRatePerSecond", PER_SECOND);
const OUTAGE_MS = 600_000;

/** The deployed function, on a clock that the test winds, behind a queue that delivers as Lambda does. */
describe(`${MAILS} emails at once, of which SES takes ${PER_SECOND} a second`, () => {
  useCapturedLogs();
  const database = mockClient(db.client);
  const ses = mockClient(SESClient);
  const secrets = mockClient(SecretsManagerClient);
  let queue: DelayedQueue;
  /** When each email was sent. */
  let sent: number[];
  let subjects: Set<string>;
  let answer: () => Promise<void>;

  beforeEach(() => {
    Object.assign(process.env, MAIL_ENVIRONMENT);
    queue = new DelayedQueue(backlog(), { handler, pace: PACE, tickMs: 11 });
    [sent, subjects] = [[], new Set()];
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"current":"secret"}' });
    database
      .on(QueryCommand)
      .callsFake(({ ExpressionAttributeValues }) => ({ Items: [orderWith(ExpressionAttributeValues[":pk"].S)] }));
    database.on(UpdateItemCommand).resolves({});
    ses.on(SendEmailCommand).callsFake(async ({ Message }) => {
      const at = Date.now();
      await answer();
      sent.push(at);
      subjects.add(Message.Subject.Data);
    });
  });

  afterEach(() => {
    queue.close();
    for (const client of [database, ses, secrets]) client.reset();
  });

  after(() => {
    for (const client of [database, ses, secrets]) client.restore();
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
    expect(queue.deadLetters).to.equal(0);
    expect([sent.length, subjects.size]).to.deep.equal([MAILS, MAILS]);
    // One more of each batch, where two of its emails are a second apart.
    expect(busiestSecond(sent)).to.be.within(PER_SECOND, PER_SECOND + PACE.maximumConcurrency);
  }

  async function deliverAll(): Promise<number> {
    const ms = await queue.deliverAll(() => {
      for (const client of [database, ses]) client.resetHistory();
    });
    return ms / 60_000;
  }
});

const THROTTLING = { name: "Throttling", $metadata: { httpStatusCode: 400 } };

function backlog(): string[] {
  return Array.from({ length: MAILS }, (_, index) => JSON.stringify(anEvent({ orderId: orderIdOf(`order ${index}`) })));
}

function orderWith(pk: string) {
  const request = { customerEmail: "ada@example.com", items: [] };
  const priced = { lines: [], totalMinor: 0, currency: "USD" };
  return orderItem({ shards: 1 }, newOrder(pk.slice("ORDER#".length), "2026-01-15T10:30:00.000Z", request, priced));
}
