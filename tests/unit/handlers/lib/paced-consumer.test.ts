import { setTimeout } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { range } from "es-toolkit";
import { Failure } from "../../../../domain/failure.ts";
import { pacedConsumer } from "../../../../handlers/lib/paced-consumer.ts";
import { PoisonMessage } from "../../../../handlers/lib/queue-consumer.ts";
import { eventually } from "../../../support/eventually.ts";
import { useCapturedLogs } from "../../../support/logs.ts";
import { sqsBatch } from "../../../support/sqs-records.ts";

/** As many as a batch may have. */
const FULL = range(10).map((index) => `in the batch ${index}`);

describe("A paced consumer", () => {
  useCapturedLogs();
  const queue = mockClient(SQSClient);
  let handled: string[];

  before(() => {
    Object.assign(process.env, { QUEUE_URL: "queue", DEAD_LETTER_QUEUE_URL: "dead" });
    Object.assign(process.env, { MESSAGE_INTERVAL_MS: "1", BACKLOG_SECONDS: "60" });
  });

  beforeEach(() => {
    queue.reset();
    queue.onAnyCommand().resolves({});
    handled = [];
  });

  after(() => queue.restore());

  const consume = pacedConsumer({
    read: (body) => ({ orderId: body, correlationId: body }),
    work: async ({ orderId }) => {
      handled.push(orderId);
      if (orderId === "fails") throw new Failure("Busy", "no");
      if (orderId === "poison") throw new PoisonMessage("Not edible.");
      return { outcome: "done" };
    },
  });

  /** Lets messages wait in the queue. */
  function waiting(...bodies: string[]) {
    const message = (Body: string) => ({
      ...{ MessageId: Body, ReceiptHandle: `receipt of ${Body}`, Body },
      Attributes: { ApproximateReceiveCount: "3" },
      MessageAttributes: { type: { DataType: "String", StringValue: "Something" } },
    });
    queue
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: bodies.map(message) })
      .resolves({});
  }
  const received = () => queue.commandCalls(ReceiveMessageCommand).length;
  const deleted = () => queue.commandCalls(DeleteMessageCommand).map(({ args }) => args[0].input.ReceiptHandle);
  const postponed = () =>
    queue
      .commandCalls(ChangeMessageVisibilityCommand)
      .map(({ args: [{ input }] }) => [input.ReceiptHandle, input.VisibilityTimeout]);

  it("takes nothing from the queue itself after a batch of few messages", async () => {
    waiting("waits");

    await consume(sqsBatch(...FULL.slice(6)));

    expect([handled, received()]).to.deep.equal([FULL.slice(6), 0]);
  });

  it("goes on after a batch that was nearly full until nothing waits", async () => {
    waiting("waits");

    await consume(sqsBatch(...FULL.slice(1)));

    expect([handled, received()]).to.deep.equal([[...FULL.slice(1), "waits"], 2]);
  });

  it("goes on after a full batch until nothing waits", async () => {
    waiting("waits");

    await consume(sqsBatch(...FULL));

    expect([handled, received()]).to.deep.equal([[...FULL, "waits"], 2]);
  });

  it("deletes what it took and is done, and postpones what fails", async () => {
    waiting("waits", "fails");

    const answer = await consume(sqsBatch(...FULL));

    expect(answer).to.deep.equal({ batchItemFailures: [] });
    expect(handled).to.deep.equal([...FULL, "waits", "fails"]);
    expect([deleted(), postponed()]).to.deep.equal([["receipt of waits"], [["receipt of fails", 20]]]);
  });

  it("sets aside what it took and can never succeed, as it came", async () => {
    waiting("poison");

    await consume(sqsBatch(...FULL));

    const [{ MessageBody, MessageAttributes = {} } = {}] = queue
      .commandCalls(SendMessageCommand)
      .map(({ args }) => args[0].input);
    expect(MessageBody).to.equal("poison");
    expect(MessageAttributes.type).to.deep.equal({ DataType: "String", StringValue: "Something" });
    expect(deleted()).to.deep.equal(["receipt of poison"]);
  });

  it("reports its own batch's failures only", async () => {
    waiting("fails");

    const answer = await consume(sqsBatch("fails", ...FULL.slice(1)));

    expect(answer).to.deep.equal({ batchItemFailures: [{ itemIdentifier: "m0" }] });
    expect(handled).to.have.lengthOf(11);
  });

  it("ends with its batch when the queue can't be reached", async () => {
    queue.on(ReceiveMessageCommand).rejects(new Error("out of reach"));

    const answer = await consume(sqsBatch(...FULL));

    expect(answer).to.deep.equal({ batchItemFailures: [] });
    expect([handled.length, received()]).to.deep.equal([10, 1]);
  });

  it("takes no more while many are unfinished", async () => {
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = pacedConsumer({
      read: (body) => ({ orderId: body, correlationId: body }),
      work: () => finished.then(() => ({ outcome: "done" })),
    });
    const bodies = range(30).map((index) => `waits ${index}`);
    queue.on(ReceiveMessageCommand).callsFake(() => ({
      Messages: bodies.splice(0, 10).map((Body) => ({ MessageId: Body, ReceiptHandle: Body, Body })),
    }));

    const answer = slow(sqsBatch(...FULL));
    await eventually(async () => expect(bodies).to.have.lengthOf(20));
    await setTimeout(50);
    const whileUnfinished = received();
    finish();
    await answer;

    expect([whileUnfinished, deleted().length]).to.deep.equal([1, 30]);
  });

  it("does not mind that a message can't be deleted: it comes again, and is done already", async () => {
    waiting("waits");
    queue.on(DeleteMessageCommand).rejects(new Error("out of reach"));

    const answer = await consume(sqsBatch(...FULL));

    expect(answer).to.deep.equal({ batchItemFailures: [] });
    expect(handled).to.have.lengthOf(11);
  });
});
