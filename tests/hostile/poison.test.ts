import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { type MessageAttributeValue, SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import fc from "fast-check";
import { before, describe, it } from "mocha";
import { readEvent, toEvent } from "../../domain/events.ts";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { setEventSource } from "../support/functions.ts";
import { rawLogLines } from "../support/logs.ts";
import { allMails, allTexts } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { drainQueue, messageCount, queueUrl } from "../support/queues.ts";
import { orderIdOf } from "../support/sqs-records.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { corrupted, corruptedEvent, hostileMessage, hostileValue } from "./arbitraries.ts";

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const COUNT = Number(process.env.FUZZ_MESSAGES ?? 30);

/** The characters that SQS allows. Source: SendMessage in its API reference. */
const SQS_CHARACTERS = /^[\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u;

const MESSAGES = fc.sample(
  hostileMessage.filter((body) => SQS_CHARACTERS.test(body)),
  { seed: SEED, numRuns: COUNT },
);

/** As many attributes as SQS allows. */
const ATTRIBUTES: Record<string, MessageAttributeValue> = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`attribute-${index}`, { DataType: "String", StringValue: "x" }]),
);

/** Whether a message is a valid event that starts a workflow, here for an unknown order. */
const startsWorkflow = (body: string) =>
  ["OrderPlaced", "OrderCancelRequested"].includes(readEvent(body)?.type ?? "not an event");

describe(`${COUNT} poison inputs of each kind, with seed ${SEED},`, () => {
  const stack = useLocalStack();
  const table = () => TestTable.of(stack());
  before(() => stockCatalogue(stack().backOffice));

  it("become dead letters of the order queue, each with a reason, even with ten attributes", async () => {
    await sendAll("order-queue-messages", MESSAGES);

    await eventually(async () => expect(await messageCount(stack().outputs.orderQueueUrl ?? "", stack())).to.equal(0));

    const rejected = MESSAGES.filter((body) => !startsWorkflow(body));
    await expectDeadLetters("order-queue-dead-letters", rejected);
  });

  it("become dead letters of the customer queue, and no email or text message is sent", async () => {
    await sendAll("notifications-customers-messages", MESSAGES);
    const url = await queueUrl("notifications-customers-messages", stack());

    await eventually(async () => expect(await messageCount(url, stack())).to.equal(0));

    await expectDeadLetters("notifications-customers-dead-letters", MESSAGES);
    expect(await allMails(stack())).to.deep.equal([]);
    expect(await allTexts(stack())).to.deep.equal([]);
  });

  it("published to the topic become dead letters of its queues", async () => {
    const sns = new SNS(stack().awsClient);
    const type = { type: { DataType: "String", StringValue: "OrderPlaced" } };
    for (const Message of MESSAGES) {
      await sns.publish({ TopicArn: stack().outputs.eventsTopicArn, Message, MessageAttributes: type });
      // Without attributes, no subscription's filter matches.
      await sns.publish({ TopicArn: stack().outputs.eventsTopicArn, Message });
    }

    await expectDeadLetters("notifications-customers-dead-letters", MESSAGES);
    const rejected = MESSAGES.filter((body) => !startsWorkflow(body));
    await expectDeadLetters("order-queue-dead-letters", rejected);
  });

  it("in the table's stream go to the failure queue with a reason, and delay nothing", async () => {
    const events = fc.sample(fc.oneof(hostileValue, corruptedEvent), { seed: SEED, numRuns: COUNT });
    const unreadable = events.filter((event) => toEvent(event) === undefined);
    const stored: string[] = [];
    for (const [index, event] of unreadable.entries()) {
      const pk = `ORDER#${orderIdOf(`${index}`)}`;
      // DynamoDB can't store all of them.
      await table()
        .put({ pk, sk: "EVENT#000001", event })
        .then(() => stored.push(pk), ignore);
    }
    expect(stored).to.have.lengthOf.above(COUNT / 3);

    const orderId = await placeOrder(stack().storefront);

    await eventually(async () => expect((await table().records(orderId)).order.status).to.equal("COMPLETED"));
    const messages = await drainUntil("unpublished", stored.length);
    expect(messages.map(({ Body = "" }) => JSON.parse(Body).keys.pk.S)).to.have.members(stored);
    expect(new Set(messages.map(reasonOf))).to.deep.equal(new Set(["The record has no readable order event."]));
  });

  it("in the payment queue end the execution that waits, at once: of an order that is gone, for example", async () => {
    await setEventSource("process-payments", false, stack());
    const orderId = await placeOrder(stack().storefront);
    await eventually(async () => expect(await messageCount(stack().output("paymentQueueUrl"), stack())).to.equal(1));
    for (const item of await table().partition(`ORDER#${orderId}`)) await table().delete(item);

    await setEventSource("process-payments", true, stack());

    const executions = new Executions(stack());
    const execution = (await executions.list()).find(({ name }) => name === orderId);
    const { status, error } = await executions.untilEnded(execution?.executionArn ?? "");
    expect([status, error]).to.deep.equal(["FAILED", "PoisonMessage"]);
    const dead = await drainUntil("fulfilment-payments-dead-letters", 1);
    expect(dead.map(reasonOf)).to.deep.equal([`There is no order ${orderId}.`]);
  });

  it("as input of the workflow fail at its first step", async () => {
    const sfn = new SFNClient(stack().awsClient);
    const anInput = fc.oneof(
      hostileValue,
      corrupted({
        orderId: orderIdOf("unknown"),
        correlationId: "c",
        error: { Error: "toString" },
        begun: { next: "FULFIL" },
      }),
    );
    const inputs = fc.sample(anInput, { seed: SEED, numRuns: COUNT }).map((input) => JSON.stringify(input));

    const started = await Promise.all(
      inputs.map((input) =>
        sfn.send(new StartExecutionCommand({ stateMachineArn: stack().outputs.stateMachineArn, input })),
      ),
    );

    const executions = new Executions(stack());
    for (const { executionArn = "" } of started) {
      const { status, error } = await executions.untilEnded(executionArn);
      // Only the first step throws this error.
      expect({ status, error }).to.deep.equal({ status: "FAILED", error: "OrderNotFound" });
    }
  });

  it("leave nothing behind: no items, no open orders, no unexpected errors", async () => {
    await eventually(async () => {
      const running = (await new Executions(stack()).list()).filter(({ status }) => status === "RUNNING");
      expect(running).to.deep.equal([]);
    });

    const items = await table().items();
    const orders = items.filter(({ sk }) => sk === "ORDER");
    const others = items.filter(({ pk, sk }) => sk !== "ORDER" && sk !== "EVENT#000001" && pk !== "PRODUCTS");
    const [{ orderId } = { orderId: "" }] = orders;
    expect(orders).to.have.lengthOf(1);
    for (const { pk } of others)
      expect(pk).to.match(new RegExp(`^((ORDER|GATEWAY)#${orderId}|IDEMPOTENCY#.+|STOCK#.+)$`));
    const thrown = (await rawLogLines(stack())).filter((line) => line.includes("Invoke Error"));
    expect(thrown.filter((line) => !line.includes('"errorType":"OrderNotFound"'))).to.deep.equal([]);
  });

  async function sendAll(queue: string, bodies: string[]): Promise<void> {
    const sqs = new SQS(stack().awsClient);
    const QueueUrl = await queueUrl(queue, stack());
    for (const MessageBody of bodies) await sqs.sendMessage({ QueueUrl, MessageBody, MessageAttributes: ATTRIBUTES });
  }

  /** Waits for exactly these messages in a queue, each with a reason. */
  async function expectDeadLetters(queue: string, bodies: string[]): Promise<void> {
    const messages = await drainUntil(queue, bodies.length);
    expect(messages.map(({ Body }) => Body)).to.have.members(bodies);
    for (const message of messages) expect(reasonOf(message)).to.match(/^[A-Z].*\.$/);
  }

  /** Drains a queue until it has had this many messages. */
  async function drainUntil(queue: string, count: number) {
    const drained: Awaited<ReturnType<typeof drainQueue>> = [];
    await eventually(async () => {
      drained.push(...(await drainQueue(queue, stack())));
      expect(drained).to.have.lengthOf.at.least(count);
    });
    return drained;
  }
});

function reasonOf({ MessageAttributes }: { MessageAttributes?: Record<string, MessageAttributeValue> | undefined }) {
  return MessageAttributes?.reason?.StringValue;
}

function ignore(): void {}
