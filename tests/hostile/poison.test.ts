import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SNS } from "@aws-sdk/client-sns";
import { type MessageAttributeValue, SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import fc from "fast-check";
import { before, describe, it } from "mocha";
import { readEvent, toEvent } from "../../domain/events.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { logText } from "../support/logs.ts";
import { allMails, allTexts } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { messageCount, queueNamed, takeAll } from "../support/queues.ts";
import { orderIdOf } from "../support/sqs-records.ts";
import { useLocalStack } from "../support/stack.ts";
import { hostileMessage, hostileValue, spoilt, spoiltEvent } from "./arbitraries.ts";

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const COUNT = Number(process.env.FUZZ_MESSAGES ?? 30);

/** The characters that SQS takes. Source: SendMessage in its API reference. */
const CHARACTERS = /^[\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u;

const MESSAGES = fc.sample(
  hostileMessage.filter((body) => CHARACTERS.test(body)),
  { seed: SEED, numRuns: COUNT },
);

/** As many as SQS takes. */
const ATTRIBUTES: Record<string, MessageAttributeValue> = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`attribute-${index}`, { DataType: "String", StringValue: "x" }]),
);

/** Events that ask for an execution of an order that there isn't. */
const startsWorkflow = (body: string) =>
  ["OrderPlaced", "OrderCancelRequested"].includes(readEvent(body)?.type ?? "none that is");

describe(`${COUNT} poisonous inputs of each kind, made with seed ${SEED},`, function () {
  this.timeout(120_000);
  const stack = useLocalStack();
  const table = () => new DeployedTable(stack());
  before(() => stockCatalogue(stack().backOffice));

  it("end in the order queue's dead letters with a reason each, whatever attributes they have", async () => {
    await sendAll("order-queue-messages", MESSAGES);

    await eventually(
      async () => expect(await messageCount(stack().outputs.orderQueueUrl ?? "", stack())).to.equal(0),
      60,
    );

    const hopeless = MESSAGES.filter((body) => !startsWorkflow(body));
    await expectDeadLetters("order-queue-dead-letters", hopeless);
  });

  it("end in the customers' dead letters, and nobody gets a mail or a text message", async () => {
    await sendAll("notifications-customers-messages", MESSAGES);
    const url = await queueNamed("notifications-customers-messages", stack());

    await eventually(async () => expect(await messageCount(url, stack())).to.equal(0), 60);

    await expectDeadLetters("notifications-customers-dead-letters", MESSAGES);
    expect(await allMails(stack())).to.deep.equal([]);
    expect(await allTexts(stack())).to.deep.equal([]);
  });

  it("at the topic get no further than its queues", async () => {
    const sns = new SNS(stack().awsClient);
    const type = { type: { DataType: "String", StringValue: "OrderPlaced" } };
    for (const Message of MESSAGES) {
      await sns.publish({ TopicArn: stack().outputs.eventsTopicArn, Message, MessageAttributes: type });
      // Without attributes, it is for nobody.
      await sns.publish({ TopicArn: stack().outputs.eventsTopicArn, Message });
    }

    await expectDeadLetters("notifications-customers-dead-letters", MESSAGES);
    const hopeless = MESSAGES.filter((body) => !startsWorkflow(body));
    await expectDeadLetters("order-queue-dead-letters", hopeless);
  });

  it("in the table's stream are set aside with a reason, and hold up nothing", async () => {
    const events = fc.sample(fc.oneof(hostileValue, spoiltEvent), { seed: SEED, numRuns: COUNT });
    const unreadable = events.filter((event) => toEvent(event) === undefined);
    const stored: string[] = [];
    for (const [index, event] of unreadable.entries()) {
      const pk = `ORDER#${orderIdOf(`${index}`)}`;
      // Some are none that DynamoDB stores.
      await table()
        .put({ pk, sk: "EVENT#000001", event })
        .then(() => stored.push(pk), ignore);
    }
    expect(stored).to.have.lengthOf.above(COUNT / 3);

    const orderId = await placeOrder(stack().storefront);

    await eventually(async () => expect((await table().story(orderId)).order.status).to.equal("COMPLETED"), 60);
    const letters = await takeUntil("unpublished", stored.length);
    expect(letters.map(({ Body = "" }) => JSON.parse(Body).keys.pk.S)).to.have.members(stored);
    expect(new Set(letters.map(reasonOf))).to.deep.equal(
      new Set(["The record has no event of an order that can be read."]),
    );
  });

  it("to the workflow fail at its first step", async () => {
    const sfn = new SFNClient(stack().awsClient);
    const anInput = fc.oneof(
      hostileValue,
      spoilt({
        orderId: orderIdOf("nobody's"),
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
      const { status, error } = await executions.end(executionArn);
      // Only the first step's own error leads there.
      expect({ status, error }).to.deep.equal({ status: "FAILED", error: "OrderNotFound" });
    }
  });

  it("leave nothing behind: no item, no open order, no failure that nobody expected", async () => {
    await eventually(async () => {
      const running = (await new Executions(stack()).list()).filter(({ status }) => status === "RUNNING");
      expect(running).to.deep.equal([]);
    });

    const items = await table().items();
    const orders = items.filter(({ sk }) => sk === "ORDER");
    const others = items.filter(({ pk, sk }) => sk !== "ORDER" && sk !== "EVENT#000001" && pk !== "PRODUCTS");
    const [{ orderId } = { orderId: "" }] = orders;
    expect(orders).to.have.lengthOf(1);
    for (const { pk } of others) expect(pk).to.match(new RegExp(`^(ORDER|GATEWAY)#${orderId}$`));
    const thrown = (await logText(stack())).filter((line) => line.includes("Invoke Error"));
    expect(thrown.filter((line) => !line.includes('"errorType":"OrderNotFound"'))).to.deep.equal([]);
  });

  async function sendAll(queue: string, bodies: string[]): Promise<void> {
    const sqs = new SQS(stack().awsClient);
    const QueueUrl = await queueNamed(queue, stack());
    for (const MessageBody of bodies) await sqs.sendMessage({ QueueUrl, MessageBody, MessageAttributes: ATTRIBUTES });
  }

  /** Fails unless the queue gets exactly these messages, each with a reason. */
  async function expectDeadLetters(queue: string, bodies: string[]): Promise<void> {
    const letters = await takeUntil(queue, bodies.length);
    expect(letters.map(({ Body }) => Body)).to.have.members(bodies);
    for (const letter of letters) expect(reasonOf(letter)).to.match(/^[A-Z].*\.$/);
  }

  /** The messages of a queue, once there are so many. */
  async function takeUntil(queue: string, count: number) {
    const taken: Awaited<ReturnType<typeof takeAll>> = [];
    await eventually(async () => {
      taken.push(...(await takeAll(queue, stack())));
      expect(taken).to.have.lengthOf.at.least(count);
    }, 60);
    return taken;
  }
});

function reasonOf({ MessageAttributes }: { MessageAttributes?: Record<string, MessageAttributeValue> | undefined }) {
  return MessageAttributes?.reason?.StringValue;
}

function ignore(): void {}
