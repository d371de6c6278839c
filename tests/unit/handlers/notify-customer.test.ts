import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import type { OrderEvent } from "../../../domain/events.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import { isOrderToken } from "../../../domain/order-token.ts";
import type { PaymentRecord } from "../../../domain/payment.ts";
import { db } from "../../../handlers/lib/db.ts";
import { handler } from "../../../handlers/notify-customer.ts";
import { fromItem, toItem } from "../../../store/items.ts";
import { orderItem } from "../../../store/orders.ts";
import { metricsIn, useCapturedLogs } from "../../support/logs.ts";
import { MAIL_ENVIRONMENT } from "../../support/mail-environment.ts";
import { anEvent, sqsBatch } from "../../support/sqs-records.ts";

const ORDER_ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f36";
const TEXTED = { customerPhone: "+14155550123", smsUpdates: true };
const ALL_DONE = { batchItemFailures: [] };
const AGAIN = { batchItemFailures: [{ itemIdentifier: "m0" }] };

/** The attributes of a claim. */
interface Stored {
  status: string;
  attempt: string;
  at: string;
  sends?: number;
}

/** What can't be seen on the real stack: SES and SNS that refuse, answer late or not at all. */
describe("Notifying a customer when SES or SNS is in the way", () => {
  const printed = useCapturedLogs();
  const database = mockClient(db.client);
  const mailer = mockClient(SESClient);
  const texter = mockClient(SNSClient);
  const queue = mockClient(SQSClient);
  const secrets = mockClient(SecretsManagerClient);
  /** Claims by their sort key. */
  const claims = new Map<string, Stored>();

  before(() => {
    Object.assign(process.env, MAIL_ENVIRONMENT);
    process.env.DEAD_LETTER_QUEUE_URL = "http://localhost/dead-letters";
    process.env.QUEUE_URL = "http://localhost/customers";
    process.env.MESSAGE_INTERVAL_MS = "1";
    process.env.BACKLOG_SECONDS = "0";
  });

  beforeEach(() => {
    for (const client of [database, mailer, texter, queue, secrets]) client.reset();
    claims.clear();
    keepClaims();
    placeOrder();
    mailer.on(SendEmailCommand).resolves({});
    texter.on(PublishCommand).resolves({});
    queue.onAnyCommand().resolves({});
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"current":"secret"}' });
  });

  after(() => {
    for (const client of [database, mailer, texter, queue, secrets]) client.restore();
  });

  /** Does with the claims what DynamoDB does. */
  function keepClaims() {
    database.on(UpdateItemCommand).callsFake(({ Key, ExpressionAttributeValues }) => {
      const values = fromItem<Record<string, string & number>>(ExpressionAttributeValues);
      const present = claims.get(Key.sk.S);
      const [status, attempt, at] = [values[":status"] ?? "CLAIMED", values[":attempt"] ?? "", values[":at"] ?? ""];
      const isClaim = values[":claimed"] !== undefined;
      const isFree = !present || (present.status === "UNKNOWN" && (present.sends ?? 9) < (values[":max"] ?? 0));
      if (isClaim ? !isFree : present?.attempt !== attempt) throw conditionFailed(present);
      const sends = isClaim ? (present?.sends ?? 0) + 1 : (values[":sends"] ?? present?.sends ?? 0);
      claims.set(Key.sk.S, { status, attempt, at, sends });
      return { Attributes: toItem(claims.get(Key.sk.S) as Stored) };
    });
    database.on(DeleteItemCommand).callsFake(({ Key, ExpressionAttributeValues }) => {
      const { attempt } = claims.get(Key.sk.S) ?? {};
      if (attempt !== fromItem<Record<string, string>>(ExpressionAttributeValues)[":attempt"]) throw conditionFailed();
      claims.delete(Key.sk.S);
    });
  }

  function placeOrder(customer: Partial<Order> = {}, payment?: PaymentRecord) {
    const request = { customerEmail: "ada@example.com", items: [] };
    const order = newOrder(ORDER_ID, "2026-01-15T10:30:00.000Z", request, {
      lines: [],
      totalMinor: 0,
      currency: "USD",
    });
    const items = [orderItem({ shards: 1 }, { ...order, ...customer })];
    if (payment) items.push(toItem({ sk: "PAYMENT", ...payment }));
    database.on(QueryCommand).resolves({ Items: items });
  }

  /** @param receives - How often the queue has delivered the message. */
  const notify = (receives = 1, type: OrderEvent["type"] = "OrderPlaced") => {
    const { Records } = sqsBatch(anEvent({ orderId: ORDER_ID, type }));
    const attributes = { ApproximateReceiveCount: String(receives) } as SQSRecord["attributes"];
    return handler({ Records: Records.map((record) => ({ ...record, attributes, receiptHandle: "receipt" })) });
  };
  const rejections = () =>
    queue.commandCalls(SendMessageCommand).map(({ args }) => args[0].input.MessageAttributes?.reason?.StringValue);
  const delays = () =>
    queue.commandCalls(ChangeMessageVisibilityCommand).map(({ args }) => args[0].input.VisibilityTimeout);
  const mails = () => mailer.commandCalls(SendEmailCommand).length;
  const sms = () => texter.commandCalls(PublishCommand).length;
  const statuses = () => Object.fromEntries([...claims].map(([sk, { status }]) => [sk, status]));

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
    "fails on its side": Object.assign(new Error("oh"), { name: "Internal", $metadata: { httpStatusCode: 500 } }),
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
  })) {
    it(`sends again, once, when SES ${what}: the mail may be lost`, async () => {
      mailer.on(SendEmailCommand).rejectsOnce(failure).resolves({});

      const answers = [await notify(), await notify(2), await notify(3)];

      expect(answers).to.deep.equal([AGAIN, ALL_DONE, ALL_DONE]);
      expect(mails()).to.equal(2);
      expect(metricsIn(printed())).to.deep.equal({ NotificationsUnknown: 1, NotificationsSent: 1 });
      expect(statuses()).to.deep.equal({ "MAIL#placed": "SENT" });
    });
  }

  it("sends an email no third time, and lets a dead letter say so", async () => {
    mailer.on(SendEmailCommand).rejects(Object.assign(new Error("gone"), { code: "ECONNRESET" }));

    const answers = [await notify(), await notify(2), await notify(3)];

    expect(answers).to.deep.equal([AGAIN, AGAIN, ALL_DONE]);
    expect(mails()).to.equal(2);
    expect(rejections()).to.deep.equal(["Nobody knows whether the email was sent, although it was sent twice."]);
    expect(statuses()).to.deep.equal({ "MAIL#placed": "UNKNOWN" });
  });

  it("forgets no first attempt when the second is refused, so that there are two at most", async () => {
    const gone = Object.assign(new Error("gone"), { code: "ECONNRESET" });
    const busy = Object.assign(new Error("no"), { name: "Throttling", $metadata: { httpStatusCode: 400 } });
    mailer.on(SendEmailCommand).rejectsOnce(gone).rejectsOnce(busy).rejectsOnce(gone).resolves({});

    const answers = [await notify(), await notify(2), await notify(3), await notify(4)];

    expect(answers).to.deep.equal([AGAIN, AGAIN, AGAIN, ALL_DONE]);
    expect(mails()).to.equal(3);
    expect(rejections()).to.have.length(1);
  });

  it("texts once when SNS does not answer or fails: a second text costs money", async () => {
    placeOrder(TEXTED);
    const failed = Object.assign(new Error("oh"), { name: "InternalError", $metadata: { httpStatusCode: 500 } });
    texter.on(PublishCommand).rejectsOnce(failed).resolves({});

    const answers = [await notify(1, "OrderShipped"), await notify(2, "OrderShipped")];

    expect(answers).to.deep.equal([AGAIN, ALL_DONE]);
    expect([mails(), sms()]).to.deep.equal([1, 1]);
    expect(statuses()).to.deep.equal({ "MAIL#shipped": "SENT", "SMS#shipped": "UNKNOWN" });
  });

  it("tries again with growing delay for as long as SES is busy, and says when it is late", async () => {
    const busy = Object.assign(new Error("no"), { name: "Throttling", $metadata: { httpStatusCode: 400 } });
    mailer.on(SendEmailCommand).rejects(busy);

    for (const receives of [1, 2, 3, 9, 10, 11, 90]) await notify(receives);

    expect(delays()).to.deep.equal([5, 10, 20, 1_280, 2_560, 3_600, 3_600]);
    expect(rejections()).to.deep.equal([]);
    expect(metricsIn(printed())).to.deep.equal({ NotificationsLate: 3 });
  });

  it("rejects what SES refuses for good with the third try", async () => {
    const refusal = Object.assign(new Error("no"), { name: "MessageRejected", $metadata: { httpStatusCode: 400 } });
    mailer.on(SendEmailCommand).rejects(refusal);

    const answers = [await notify(1), await notify(2), await notify(3)];

    expect(answers).to.deep.equal([AGAIN, AGAIN, ALL_DONE]);
    expect(rejections()).to.deep.equal(["SES refused the email: MessageRejected."]);
  });

  it("leaves trying again to the queue: the SDK can't tell what is safe to send twice", async () => {
    placeOrder(TEXTED);

    await notify(1, "OrderShipped");

    const [mail, text] = [mailer.call(0).thisValue as SESClient, texter.call(0).thisValue as SNSClient];
    expect([await mail.config.maxAttempts(), await text.config.maxAttempts()]).to.deep.equal([1, 1]);
  });

  it("waits for an attempt in progress, and sends its email again if it never ends", async () => {
    const claim = (at: string) => claims.set("MAIL#placed", { status: "CLAIMED", attempt: "another", at, sends: 1 });
    claim(new Date().toISOString());
    const during = await notify();
    claim(new Date(Date.now() - 31_000).toISOString());
    const afterwards = [await notify(), await notify()];

    expect([during, ...afterwards]).to.deep.equal([AGAIN, AGAIN, ALL_DONE]);
    expect(mails()).to.equal(1);
    expect(metricsIn(printed())).to.deep.equal({ NotificationsUnknown: 1, NotificationsSent: 1 });
    expect(statuses()).to.deep.equal({ "MAIL#placed": "SENT" });
  });

  it("leaves an email alone whose outcome version 0.1 recorded as unknown", async () => {
    claims.set("MAIL#placed", { status: "UNKNOWN", attempt: "another", at: "2026-01-15T10:30:00.000Z" });

    await notify();

    expect(mails()).to.equal(0);
  });

  it("goes on when the SDK repeated a claim whose answer was lost", async () => {
    database.on(UpdateItemCommand).callsFakeOnce(({ ExpressionAttributeValues }) => {
      const attempt = ExpressionAttributeValues[":attempt"].S;
      claims.set("MAIL#placed", { status: "CLAIMED", attempt, at: new Date().toISOString(), sends: 1 });
      throw conditionFailed(claims.get("MAIL#placed"));
    });

    const answer = await notify();

    expect(answer).to.deep.equal(ALL_DONE);
    expect(mails()).to.equal(1);
  });

  it("texts, too, where the customer asked for that, and repeats only what was refused", async () => {
    placeOrder(TEXTED);
    const refusal = Object.assign(new Error("no"), { name: "Throttled", $metadata: { httpStatusCode: 400 } });
    texter.on(PublishCommand).rejectsOnce(refusal).resolves({});

    const answers = [await notify(1, "OrderShipped"), await notify(1, "OrderShipped")];

    expect(answers).to.deep.equal([AGAIN, ALL_DONE]);
    expect([mails(), sms()]).to.deep.equal([1, 2]);
    expect(metricsIn(printed())).to.deep.equal({ NotificationsSent: 2 });
    expect(statuses()).to.deep.equal({ "MAIL#shipped": "SENT", "SMS#shipped": "SENT" });
  });

  it("texts neither before the payment nor unasked", async () => {
    placeOrder(TEXTED);
    await notify();
    placeOrder({ customerPhone: TEXTED.customerPhone });
    await notify(1, "OrderShipped");

    expect([mails(), sms()]).to.deep.equal([2, 0]);
  });

  it("quotes the customer of an order that was really paid, whatever the shop takes now", async () => {
    for (const gateway of ["stripe", "simulated"] as const) {
      placeOrder({ customerName: "Ada Lovelace" }, { status: "CHARGED", amountMinor: 0, gateway });
      await notify(1, gateway === "stripe" ? "OrderShipped" : "OrderDelivered");
    }

    const texts = mailer.commandCalls(SendEmailCommand).map(({ args: [{ input }] }) => input.Message?.Body?.Text?.Data);
    expect(texts.map((text) => text?.split("\n")[0])).to.deep.equal(["Hello Ada Lovelace,", "Hello,"]);
  });

  it("links to the order with its token, and lets replies go to the shop", async () => {
    await notify();

    const [sent] = mailer.commandCalls(SendEmailCommand).map(({ args: [{ input }] }) => input);
    const [link = ""] = sent?.Message?.Body?.Text?.Data?.match(/https:\S+/) ?? [];
    const { hash, origin } = new URL(link);
    const token = hash.split("&token=")[1] ?? "";
    expect(origin).to.equal("https://shop.example.com");
    expect(hash).to.include(ORDER_ID);
    expect(isOrderToken(token, ORDER_ID, { current: "secret" }, Date.parse("2026-02-15T10:30:00.000Z"))).to.equal(true);
    expect(sent?.ReplyToAddresses).to.deep.equal(["help@example.com"]);
  });

  it("sets the event of an unknown order aside", async () => {
    database.on(QueryCommand).resolves({ Items: [] });

    const answer = await notify();

    expect(answer).to.deep.equal(ALL_DONE);
    expect(rejections()).to.deep.equal(["There is no order with the event's id."]);
  });
});

function unconnected(code: string) {
  return Object.assign(new Error(`connect ${code} 192.0.2.1:443`), { name: "TimeoutError", code, syscall: "connect" });
}

function conditionFailed(claim?: Stored): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({ message: "no", $metadata: {}, ...(claim && { Item: toItem(claim) }) });
}
