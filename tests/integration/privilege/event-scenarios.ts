import { PutAccountDetailsCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { SQS } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { expect } from "chai";
import { v7 as uuidv7 } from "uuid";
import { type OrderEvent, statusEvent } from "../../../domain/events.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import { eventItem } from "../../../store/events.ts";
import { fromItem } from "../../../store/items.ts";
import { orderItem } from "../../../store/orders.ts";
import { mailsTo, textsTo } from "../../support/mailbox.ts";
import { deadLetters, drainQueue } from "../../support/queues.ts";
import type { TestStack } from "../../support/stack.ts";
import type { StoredItem } from "../../support/table.ts";
import type { Context, Scenarios } from "./scenario.ts";

const PHONE = "+14155550123";

/** Inserts an order without an event. @param ageMs - How long ago it was placed. */
async function insertOrder({ table }: Context, ageMs = 0): Promise<Order> {
  const msecs = Date.now() - ageMs;
  const line = { productId: "PLENTY", quantity: 1 };
  const priced = { lines: [{ ...line, name: "Plenty", unitPriceMinor: 1_000 }], totalMinor: 1_000, currency: "USD" };
  const orderId = uuidv7({ msecs });
  const customer = { customerEmail: `${orderId}@example.com`, customerPhone: PHONE, smsUpdates: true };
  const order = newOrder(orderId, new Date(msecs).toISOString(), { ...customer, items: [line] }, priced);
  await table.put(fromItem<StoredItem>(orderItem({ shards: 1 }, order)));
  return order;
}

/** The event that an order is paid: from then on, customers get text messages, too. */
function completed(order: Order, { id }: Context): OrderEvent {
  return { ...statusEvent(order, id), type: "OrderCompleted" };
}

/** Delivers a message as its queue does. @returns The ids of the messages to retry. */
async function deliver({ call, id }: Context, body: OrderEvent | string): Promise<string[]> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const record: Partial<SQSRecord> = { messageId: id, body: text, messageAttributes: {} };
  const { batchItemFailures } = await call({ Records: [record] });
  return batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier);
}

/** Delivers a message that can never succeed, and expects it in a dead-letter queue. */
export async function rejects(context: Context): Promise<void> {
  const body = `poison ${context.id}`;
  expect(await deliver(context, body)).to.deep.equal([]);
  expect((await deadLetters(context.stack)).map(({ Body }) => Body)).to.include(body);
}

/** Delivers a message that fails, and expects that it doesn't come back when its visibility time-out of a second ends. */
export async function postpones({ call, id, stack }: Context, QueueUrl: string, MessageBody: string): Promise<void> {
  const sqs = new SQS(stack.awsClient);
  await sqs.sendMessage({ QueueUrl, MessageBody });
  const receive = { QueueUrl, VisibilityTimeout: 1, WaitTimeSeconds: 2 };
  const { Messages: [message] = [] } = await sqs.receiveMessage(receive);
  await call({ Records: [{ messageId: id, body: message?.Body, receiptHandle: message?.ReceiptHandle }] });
  const { Messages: early = [] } = await sqs.receiveMessage(receive);
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: (early[0] ?? message)?.ReceiptHandle });
  expect(early).to.deep.equal([]);
}

/** Everything that the functions behind events and schedules do. */
export const EVENT_SCENARIOS: Scenarios = {
  "publish-events": {
    "publishes an event": async ({ call, id }) => {
      const order = newOrder(
        uuidv7(),
        new Date().toISOString(),
        { customerEmail: "jo@example.com", items: [] },
        NOTHING,
      );
      await call({ Records: [{ eventID: id, dynamodb: { NewImage: eventItem(statusEvent(order, id)) } }] });
    },
    "sends unreadable records to the failure queue": async ({ call, id, stack }) => {
      await call({ Records: [{ eventID: id, dynamodb: { NewImage: { event: { S: "none" } } } }] });
      expect(JSON.stringify(await deadLetters(stack))).to.include(id);
    },
  },
  "start-fulfilment": {
    // For an order that doesn't exist, so that the workflow ends immediately.
    "starts a workflow, once": async (context) => {
      const order = newOrder(
        uuidv7(),
        new Date().toISOString(),
        { customerEmail: "jo@example.com", items: [] },
        NOTHING,
      );
      const event = statusEvent(order, context.id);
      expect(await deliver(context, event)).to.deep.equal([]);
      expect(await deliver(context, event)).to.deep.equal([]);
    },
    "rejects messages that can never succeed": rejects,
  },
  "notify-customer": {
    "emails and texts the customer, once": async (context) => {
      const order = await insertOrder(context);
      const event = completed(order, context);
      expect(await deliver(context, event)).to.deep.equal([]);
      expect(await deliver(context, event)).to.deep.equal([]);
      expect(await mailsTo(order.customerEmail, context.stack)).to.have.lengthOf(1);
      expect((await textsTo(PHONE, context.stack)).join()).to.include(order.orderId);
    },
    "drops the claim of a refused email": async (context) => {
      const order = await insertOrder(context);
      const toRetry = await inSandbox(context.stack, () => deliver(context, completed(order, context)));
      expect(toRetry).to.deep.equal([context.id]);
      const claims = (await context.table.partition(`ORDER#${order.orderId}`)).map(({ sk }) => sk);
      expect(claims).to.have.members(["ORDER", "SMS#completed"]);
    },
    "postpones a message that failed": async (context) => {
      const { stack, id } = context;
      const order = await insertOrder(context);
      await drainQueue("customers-messages", stack); // what publish-events published
      const body = JSON.stringify(statusEvent(order, id));
      await inSandbox(stack, () => postpones(context, stack.output("customerQueueUrl"), body));
    },
    "rejects messages that can never succeed": rejects,
  },
  "sweep-orders": {
    "restarts the workflow of a stuck order": async (context) => {
      const { orderId } = await insertOrder(context, 3_600_000);
      expect((await context.call({ id: context.id })).redriven).to.be.at.least(1);
      expect((await context.table.records(orderId)).order.redrives).to.equal(1);
    },
  },
};

const NOTHING = { lines: [], totalMinor: 0, currency: "USD" };

/** Runs an action while SES only delivers to verified addresses, as in every new account. */
async function inSandbox<T>({ awsClient }: TestStack, action: () => Promise<T>): Promise<T> {
  const ses = new SESv2Client(awsClient);
  const production = (ProductionAccessEnabled: boolean) =>
    ses.send(
      new PutAccountDetailsCommand({
        MailType: "TRANSACTIONAL",
        WebsiteURL: "https://example.com",
        ProductionAccessEnabled,
      }),
    );
  await production(false);
  try {
    return await action();
  } finally {
    await production(true);
  }
}
