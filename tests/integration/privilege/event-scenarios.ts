import { PutAccountDetailsCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import type { SQSRecord } from "aws-lambda";
import { expect } from "chai";
import { v7 as uuidv7 } from "uuid";
import { type OrderEvent, statusEvent } from "../../../domain/events.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import { eventItem } from "../../../store/events.ts";
import { fromItem } from "../../../store/items.ts";
import { orderItem } from "../../../store/orders.ts";
import { mailsTo, textsTo } from "../../support/mailbox.ts";
import { deadLetters } from "../../support/queues.ts";
import type { TestStack } from "../../support/stack.ts";
import type { StoredItem } from "../../support/table.ts";
import type { Scenarios, Use } from "./scenario.ts";

const PHONE = "+14155550123";

/** Puts an order into the table that was placed so many milliseconds ago. Its event is nowhere. */
async function anOrder({ table }: Use, age = 0): Promise<Order> {
  const msecs = Date.now() - age;
  const line = { productId: "PLENTY", quantity: 1 };
  const priced = { lines: [{ ...line, name: "Plenty", unitPriceMinor: 1_000 }], totalMinor: 1_000 };
  const orderId = uuidv7({ msecs });
  const customer = { customerEmail: `${orderId}@example.com`, customerPhone: PHONE };
  const order = newOrder(orderId, new Date(msecs).toISOString(), { ...customer, items: [line] }, priced);
  await table.put(fromItem<StoredItem>(orderItem({ shards: 1 }, order)));
  return order;
}

/** Hands a message over as its queue does. @returns The ids of the messages that are to come again. */
async function deliver({ call, id }: Use, body: OrderEvent | string): Promise<string[]> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const record: Partial<SQSRecord> = { messageId: id, body: text, messageAttributes: {} };
  const { batchItemFailures } = await call({ Records: [record] });
  return batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier);
}

/** Delivers a message that can never succeed, which must be in a dead-letter queue then. */
async function setsAside(use: Use): Promise<void> {
  const body = `poison ${use.id}`;
  expect(await deliver(use, body)).to.deep.equal([]);
  expect((await deadLetters(use.stack)).map(({ Body }) => Body)).to.include(body);
}

/** What the functions are there for that work on events and on a schedule. */
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
    "sets aside what it can't read": async ({ call, id, stack }) => {
      await call({ Records: [{ eventID: id, dynamodb: { NewImage: { event: { S: "none" } } } }] });
      expect(JSON.stringify(await deadLetters(stack))).to.include(id);
    },
  },
  "start-fulfilment": {
    // Of an order that there isn't: its workflow ends at once.
    "starts a workflow, once": async (use) => {
      const order = newOrder(
        uuidv7(),
        new Date().toISOString(),
        { customerEmail: "jo@example.com", items: [] },
        NOTHING,
      );
      const event = statusEvent(order, use.id);
      expect(await deliver(use, event)).to.deep.equal([]);
      expect(await deliver(use, event)).to.deep.equal([]);
    },
    "sets aside what can never succeed": setsAside,
  },
  "notify-customer": {
    "mails and texts the customer, once": async (use) => {
      const order = await anOrder(use);
      const event = statusEvent(order, use.id);
      expect(await deliver(use, event)).to.deep.equal([]);
      expect(await deliver(use, event)).to.deep.equal([]);
      expect(await mailsTo(order.customerEmail, use.stack)).to.have.lengthOf(1);
      expect((await textsTo(PHONE, use.stack)).join()).to.include(order.orderId);
    },
    "drops the claim to a refused mail": async (use) => {
      const order = await anOrder(use);
      const again = await inSandbox(use.stack, () => deliver(use, statusEvent(order, use.id)));
      expect(again).to.deep.equal([use.id]);
      const claims = (await use.table.partition(`ORDER#${order.orderId}`)).map(({ sk }) => sk);
      expect(claims).to.have.members(["ORDER", "SMS#placed"]);
    },
    "sets aside what can never succeed": setsAside,
  },
  "sweep-orders": {
    "starts the workflow of a stuck order anew": async (use) => {
      const { orderId } = await anOrder(use, 3_600_000);
      expect((await use.call({ id: use.id })).redriven).to.be.at.least(1);
      expect((await use.table.story(orderId)).order.redrives).to.equal(1);
    },
  },
};

const NOTHING = { lines: [], totalMinor: 0 };

/** Lets something happen while SES takes mails to confirmed addresses only, as it does for every new account. */
async function inSandbox<T>({ awsClient }: TestStack, happen: () => Promise<T>): Promise<T> {
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
    return await happen();
  } finally {
    await production(true);
  }
}
