import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { newOrder } from "../../../domain/order.ts";
import { db } from "../../../handlers/lib/db.ts";
import { handler } from "../../../handlers/notify-customer.ts";
import { fromItem, type Item, toItem } from "../../../store/items.ts";
import { metricsIn, useCapturedLogs } from "../../support/logs.ts";
import { anEvent, sqsBatch } from "../../support/sqs-records.ts";

const ORDER_ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f36";
const ALL_DONE = { batchItemFailures: [] };
const AGAIN = { batchItemFailures: [{ itemIdentifier: "m0" }] };

/** What can't be seen on the real stack: SES and SNS that refuse, answer late or not at all. */
describe("Notifying a customer when SES or SNS is in the way", () => {
  const printed = useCapturedLogs();
  const database = mockClient(db.client);
  const mailer = mockClient(SESClient);
  const texter = mockClient(SNSClient);
  const queue = mockClient(SQSClient);
  /** Claims by their sort key. */
  const claims = new Map<string, Item>();

  before(() => {
    process.env.ORDERS_TABLE = "orders";
    process.env.MAIL_FROM = "shop@example.com";
    process.env.DEAD_LETTER_QUEUE_URL = "http://localhost/dead-letters";
  });

  beforeEach(() => {
    for (const client of [database, mailer, texter, queue]) client.reset();
    claims.clear();
    keepClaims();
    placeOrder();
    mailer.on(SendEmailCommand).resolves({});
    texter.on(PublishCommand).resolves({});
    queue.on(SendMessageCommand).resolves({});
  });

  after(() => {
    for (const client of [database, mailer, texter, queue]) client.restore();
  });

  /** Does with the claims what DynamoDB does. */
  function keepClaims() {
    const held = (sk: string, values: Record<string, unknown>) =>
      fromItem<{ attempt?: string }>(claims.get(sk) ?? {}).attempt === values[":attempt"];
    database.on(PutItemCommand).callsFake(({ Item: item }) => {
      const present = claims.get(item.sk.S);
      if (present) throw conditionFailed(present);
      claims.set(item.sk.S, item);
    });
    database.on(UpdateItemCommand).callsFake(({ Key, ExpressionAttributeValues }) => {
      const values = fromItem<Record<string, string>>(ExpressionAttributeValues);
      if (!held(Key.sk.S, values)) throw conditionFailed();
      claims.set(Key.sk.S, { ...claims.get(Key.sk.S), ...toItem({ status: values[":status"] }) });
    });
    database.on(DeleteItemCommand).callsFake(({ Key, ExpressionAttributeValues }) => {
      if (!held(Key.sk.S, fromItem(ExpressionAttributeValues))) throw conditionFailed();
      claims.delete(Key.sk.S);
    });
  }

  function placeOrder(customer: { customerPhone?: string } = {}) {
    const request = { customerEmail: "ada@example.com", items: [], ...customer };
    const order = newOrder(ORDER_ID, "2026-01-15T10:30:00.000Z", request, { lines: [], totalMinor: 0 });
    database.on(GetItemCommand).resolves({ Item: toItem(order) });
  }

  const notify = () => handler(sqsBatch(anEvent({ orderId: ORDER_ID })));
  const mails = () => mailer.commandCalls(SendEmailCommand).length;
  const sms = () => texter.commandCalls(PublishCommand).length;
  const statuses = () => Object.fromEntries([...claims].map(([sk, claim]) => [sk, claim.status?.S]));

  it("sends one mail however often the event comes, and one for each kind", async () => {
    await notify();
    await notify();
    const answer = await handler(sqsBatch(anEvent({ orderId: ORDER_ID, type: "OrderShipped", version: 9 })));

    expect(answer).to.deep.equal(ALL_DONE);
    expect(mails()).to.equal(2);
    expect(statuses()).to.deep.equal({ "MAIL#placed": "SENT", "MAIL#shipped": "SENT" });
    expect(sms()).to.equal(0);
  });

  for (const [what, refusal] of Object.entries({
    "refuses the mail": Object.assign(new Error("no"), { name: "MessageRejected", $metadata: { httpStatusCode: 400 } }),
    "is busy": Object.assign(new Error("no"), { name: "TooManyRequestsException", $metadata: { httpStatusCode: 429 } }),
    "can't be reached": Object.assign(new Error("no"), { code: "ECONNREFUSED" }),
    "is not where its name says": Object.assign(new Error("no"), { code: "ENOTFOUND", syscall: "getaddrinfo" }),
    "has no connection in the network's time": unconnected("ETIMEDOUT"),
    "can't be reached by any address": new AggregateError([unconnected("EHOSTUNREACH"), unconnected("ENETUNREACH")]),
  })) {
    it(`drops the claim when SES ${what}, so that the message may succeed the next time`, async () => {
      mailer.on(SendEmailCommand).rejectsOnce(refusal).resolves({});

      const first = await notify();
      const between = statuses();
      const second = await notify();

      expect(first).to.deep.equal(AGAIN);
      expect(between).to.deep.equal({});
      expect(second).to.deep.equal(ALL_DONE);
      expect(statuses()).to.deep.equal({ "MAIL#placed": "SENT" });
    });
  }

  for (const [what, failure] of Object.entries({
    "does not answer in time": Object.assign(new Error("late"), { name: "TimeoutError" }),
    "does not answer in the client's time": Object.assign(new Error("late"), {
      name: "TimeoutError",
      code: "ETIMEDOUT",
    }),
    "breaks one of its connections": new AggregateError([unconnected("EHOSTUNREACH"), new Error("gone")]),
    "resets the connection": Object.assign(new Error("gone"), { code: "ECONNRESET" }),
    "fails on its side": Object.assign(new Error("oh"), { name: "Internal", $metadata: { httpStatusCode: 500 } }),
  })) {
    it(`never sends again when SES ${what}: the mail may be on its way`, async () => {
      mailer.on(SendEmailCommand).rejectsOnce(failure).resolves({});

      const answers = [await notify(), await notify()];

      expect(answers).to.deep.equal([ALL_DONE, ALL_DONE]);
      expect(mails()).to.equal(1);
      expect(metricsIn(printed())).to.deep.equal({});
      expect(statuses()).to.deep.equal({ "MAIL#placed": "UNKNOWN" });
    });
  }

  it("leaves trying again to the queue: the SDK can't tell what is safe to send twice", async () => {
    placeOrder({ customerPhone: "+14155550123" });

    await notify();

    const [mail, text] = [mailer.call(0).thisValue as SESClient, texter.call(0).thisValue as SNSClient];
    expect([await mail.config.maxAttempts(), await text.config.maxAttempts()]).to.deep.equal([1, 1]);
  });

  it("waits for an attempt in progress, and considers its email lost if it never ends", async () => {
    const claim = (at: string) => claims.set("MAIL#placed", toItem({ status: "CLAIMED", attempt: "another", at }));
    claim(new Date().toISOString());
    const during = await notify();
    claim(new Date(Date.now() - 31_000).toISOString());
    const afterwards = await notify();

    expect(during).to.deep.equal(AGAIN);
    expect(afterwards).to.deep.equal(ALL_DONE);
    expect(mails()).to.equal(0);
    expect(statuses()).to.deep.equal({ "MAIL#placed": "UNKNOWN" });
  });

  it("goes on when the SDK repeated a claim whose answer was lost", async () => {
    database.on(PutItemCommand).callsFake(({ Item: item }) => {
      claims.set(item.sk.S, item);
      throw conditionFailed(item);
    });

    const answer = await notify();

    expect(answer).to.deep.equal(ALL_DONE);
    expect(mails()).to.equal(1);
  });

  it("texts, too, where there is a phone number, and repeats only what was refused", async () => {
    placeOrder({ customerPhone: "+14155550123" });
    const refusal = Object.assign(new Error("no"), { name: "Throttled", $metadata: { httpStatusCode: 400 } });
    texter.on(PublishCommand).rejectsOnce(refusal).resolves({});

    const answers = [await notify(), await notify()];

    expect(answers).to.deep.equal([AGAIN, ALL_DONE]);
    expect([mails(), sms()]).to.deep.equal([1, 2]);
    expect(metricsIn(printed())).to.deep.equal({ NotificationsSent: 2 });
    expect(statuses()).to.deep.equal({ "MAIL#placed": "SENT", "SMS#placed": "SENT" });
  });

  it("sets the event of an unknown order aside", async () => {
    database.on(GetItemCommand).resolves({});

    const answer = await notify();

    const [message] = queue.commandCalls(SendMessageCommand);
    expect(answer).to.deep.equal(ALL_DONE);
    expect(message?.args[0].input.MessageAttributes?.reason?.StringValue).to.equal(
      "There is no order with the event's id.",
    );
  });
});

function unconnected(code: string) {
  return Object.assign(new Error(`connect ${code} 192.0.2.1:443`), { name: "TimeoutError", code, syscall: "connect" });
}

function conditionFailed(item?: Item): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({ message: "no", $metadata: {}, ...(item && { Item: item }) });
}
