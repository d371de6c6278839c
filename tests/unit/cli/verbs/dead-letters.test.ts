import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQS,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import fc from "fast-check";
import { beforeEach, describe, it } from "mocha";
import type { DeadLetter } from "../../../../cli/verbs/dlq/messages.ts";
import { type RedriveOptions, redrive } from "../../../../cli/verbs/dlq/redrive.ts";
import { toQueue, toTopic } from "../../../../cli/verbs/dlq/senders.ts";
import { statusEvent } from "../../../../domain/events.ts";
import { newOrder } from "../../../../domain/order.ts";
import { toItem } from "../../../../store/items.ts";
import { orderIdOf } from "../../../support/sqs-records.ts";

const DEAD = "http://localhost/dead";
const SOURCE = "http://localhost/source";

/** What can't be seen on the real stack: an SQS that refuses some messages, or a redrive that dies between two calls. */
describe("Sending dead letters back", () => {
  const sqs = new SQS({ region: "us-east-1" });
  const calls = mockClient(sqs);
  let queue: FakeQueue;

  beforeEach(() => {
    calls.reset();
    queue = new FakeQueue();
    calls.on(ReceiveMessageCommand).callsFake(() => ({ Messages: queue.receive() }));
    calls.on(ChangeMessageVisibilityBatchCommand).callsFake(({ Entries }) => queue.release(handles(Entries)));
    calls.on(DeleteMessageBatchCommand).callsFake(({ Entries }) => queue.delete(handles(Entries)));
    calls.on(SendMessageBatchCommand).callsFake(({ Entries }) => queue.send(Entries));
  });

  const run = (options: Partial<RedriveOptions> = {}) =>
    redrive(sqs, DEAD, toQueue(sqs, SOURCE, "run 1"), {
      ...{
        run: "run 1",
        limit: Number.POSITIVE_INFINITY,
        dryRun: false,
        signal: new AbortController().signal,
        tell: () => {},
      },
      ...options,
    });

  it("loses nothing and hides nothing, whatever SQS refuses and wherever it fails", async () => {
    const refusals = fc.record({
      count: fc.integer({ min: 0, max: 35 }),
      unsent: fc.array(fc.nat(34)),
      undeleted: fc.array(fc.nat(34)),
      failingCall: fc.option(fc.nat(12), { nil: Number.POSITIVE_INFINITY }),
      limit: fc.integer({ min: 1, max: 40 }),
    });

    await fc.assert(
      fc.asyncProperty(refusals, async ({ count, unsent, undeleted, failingCall, limit }) => {
        queue.fill(count);
        queue.failAfter(failingCall);
        queue.refuse(unsent.map(idOf), undeleted.map(idOf));

        const done = await run({ limit }).catch(() => undefined);

        const everywhere = new Set([...queue.dead, ...queue.arrived]);
        expect(everywhere.size, "messages that are somewhere").to.equal(count);
        if (!done) return;
        expect(queue.inHand.size, "messages that nobody else gets").to.equal(0);
        expect(queue.arrived).to.have.members(done.sent.map(({ messageId }) => messageId));
        expect(done.sent.length).to.be.at.most(limit);
      }),
    );
  });

  it("sends a message as it came, without the reason why it was here", async () => {
    queue.fill(1, { type: { DataType: "String", StringValue: "OrderPlaced" }, reason: text("It was broken.") });

    await run();

    const [entry] = calls.commandCalls(SendMessageBatchCommand)[0]?.args[0].input.Entries ?? [];
    expect(entry?.MessageBody).to.equal("message 0");
    expect(Object.keys(entry?.MessageAttributes ?? {})).to.have.members(["type", "redriven"]);
  });

  it("leaves a message that has come back since, and says why it failed", async () => {
    queue.fill(1, { redriven: text("run 1"), reason: text("Still broken.") });

    const { sent, failedAgain, kept } = await run();

    expect([sent, kept]).to.deep.equal([[], []]);
    expect(failedAgain.map(({ reason }) => reason)).to.deep.equal(["Still broken."]);
    expect(queue.dead.size).to.equal(1);
  });

  it("sends as many as wanted, however many of those have come back since", async () => {
    queue.fill(14);
    queue.failsAgain = true;

    const { sent, failedAgain, others } = await run({ limit: 12 });

    expect(sent).to.have.lengthOf(12);
    expect(failedAgain).to.have.lengthOf(10);
    expect(others).to.equal(2);
  });

  it("sends again what an earlier run has sent", async () => {
    queue.fill(1, { redriven: text("run 0") });

    const { sent, failedAgain } = await run();

    expect([sent.length, failedAgain.length]).to.deep.equal([1, 0]);
  });

  it("tells what was sent, but could not be deleted, apart from what was not sent", async () => {
    queue.fill(3);
    queue.refuse([idOf(0)], [idOf(1)]);

    const { sent, undeleted, kept } = await run();

    expect(sent.map(({ messageId }) => messageId)).to.deep.equal([idOf(1), idOf(2)]);
    expect(undeleted.map(({ messageId }) => messageId)).to.deep.equal([idOf(1)]);
    expect(kept.map(({ letter, reason }) => `${letter.messageId}: ${reason}`)).to.deep.equal([
      `${idOf(0)}: The queue refused it: InternalError.`,
    ]);
  });

  it("touches nothing in a dry run", async () => {
    queue.fill(12);

    const { sent } = await run({ dryRun: true });

    expect(sent).to.have.lengthOf(12);
    expect([queue.dead.size, queue.arrived.length, queue.inHand.size]).to.deep.equal([12, 0, 0]);
  });
});

describe("Publishing events again", () => {
  const [dynamodb, sns] = [new DynamoDBClient(), new SNSClient()];
  const [database, topic] = [mockClient(dynamodb), mockClient(sns)];
  const db = { client: dynamodb, table: "orders", shards: 1 };
  const send = toTopic(db, { client: sns, topicArn: "arn:aws:sns:us-east-1:0:t" });

  beforeEach(() => {
    database.reset();
    topic.reset();
    topic.on(PublishBatchCommand).resolves({ Failed: [] });
  });

  it("keeps what names no record, what can't be read, and what the topic refuses", async () => {
    const event = statusEvent(
      newOrder(orderIdOf("1"), "2026-01-15T10:30:00.000Z", REQUEST, { lines: [], totalMinor: 0, currency: "USD" }),
      "c",
    );
    const records: Record<string, object> = { good: { event }, refused: { event }, broken: { event: "none" } };
    database.on(GetItemCommand).callsFake(({ Key }) => {
      const item = records[Key.pk.S.replace("ORDER#", "")];
      return item ? { Item: toItem(item) } : {};
    });
    topic.on(PublishBatchCommand).resolves({ Failed: [{ Id: "1", Code: "InvalidParameter", SenderFault: true }] });
    const letters = ["good", "refused", "broken", "missing"].map((id) => aLetter(recordOf(id)));
    const [first, last] = ["2026-01-15T10:30:00Z", "2026-01-15T10:31:00Z"];
    const info = { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last };
    const part = aLetter(JSON.stringify({ DDBStreamBatchInfo: info }));

    const kept = await send([...letters, part]);

    expect(kept.map(({ letter }) => letter)).to.have.members([...letters.slice(1), part]);
    expect(kept.find(({ letter }) => letter === part)?.reason).to.include(
      "orders events replay --from 2026-01-15T10:29:00.000Z --to 2026-01-15T10:31:00.000Z",
    );
    expect(kept.find(({ letter }) => letter === letters[1])?.reason).to.include("InvalidParameter");
    expect(topic.commandCalls(PublishBatchCommand)[0]?.args[0].input.PublishBatchRequestEntries).to.have.lengthOf(2);
  });
});

const REQUEST = { customerEmail: "ada@example.com", items: [] };

/** A dead-letter queue and the queue that its messages came from, which may refuse some, or fail altogether. */
class FakeQueue {
  dead = new Set<string>();
  readonly inHand = new Set<string>();
  arrived: string[] = [];
  /** Whether what is sent back to the source comes here again, before all others. */
  failsAgain = false;
  private attributes: Record<string, MessageAttributeValue> = {};
  private unsent: string[] = [];
  private undeleted: string[] = [];
  private callsLeft = Number.POSITIVE_INFINITY;

  fill(count: number, attributes: Record<string, MessageAttributeValue> = {}): void {
    for (const messages of [this.dead, this.inHand]) messages.clear();
    for (let index = 0; index < count; index++) this.dead.add(idOf(index));
    this.arrived = [];
    this.attributes = attributes;
    this.callsLeft = Number.POSITIVE_INFINITY;
  }

  refuse(unsent: string[], undeleted: string[]): void {
    Object.assign(this, { unsent, undeleted });
  }

  /** From so many calls on, every one fails. */
  failAfter(calls: number): void {
    this.callsLeft = calls;
  }

  receive() {
    this.count();
    const free = [...this.dead].filter((id) => !this.inHand.has(id)).slice(0, 10);
    for (const id of free) this.inHand.add(id);
    const Attributes = { SentTimestamp: "1768473000000" };
    const message = (id: string) => ({ MessageId: id, ReceiptHandle: id, Body: id, Attributes });
    const attributesOf = (id: string) => (id.startsWith("again") ? { redriven: text("run 1") } : this.attributes);
    return free.map((id) => ({ ...message(id), MessageAttributes: attributesOf(id) }));
  }

  release(ids: string[]) {
    this.count();
    for (const id of ids) this.inHand.delete(id);
    return {};
  }

  delete(ids: string[]) {
    this.count();
    for (const id of ids.filter((id) => !this.undeleted.includes(id))) {
      this.dead.delete(id);
      this.inHand.delete(id);
    }
    return failed(ids, this.undeleted);
  }

  send(entries: { MessageBody: string }[]) {
    this.count();
    const ids = entries.map(({ MessageBody }) => MessageBody);
    this.arrived.push(...ids.filter((id) => !this.unsent.includes(id)));
    if (this.failsAgain) this.dead = new Set([...ids.map((id) => `again ${id}`), ...this.dead]);
    return failed(ids, this.unsent);
  }

  private count(): void {
    if (this.callsLeft-- <= 0) throw new Error("SQS is not there.");
  }
}

function failed(ids: string[], refused: string[]) {
  const Failed = ids.map((id, index) => ({ id, Id: String(index) })).filter(({ id }) => refused.includes(id));
  return { Successful: [], Failed: Failed.map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })) };
}

function handles(entries: { ReceiptHandle: string }[]): string[] {
  return entries.map(({ ReceiptHandle }) => ReceiptHandle);
}

function idOf(index: number): string {
  return `message ${index}`;
}

function text(StringValue: string): MessageAttributeValue {
  return { DataType: "String", StringValue };
}

function recordOf(id: string): string {
  return JSON.stringify({ keys: { pk: { S: `ORDER#${id}` }, sk: { S: "EVENT#000001" } } });
}

function aLetter(body: string): DeadLetter {
  return { messageId: body, receiptHandle: body, sentAt: "2026-01-15T10:30:00.000Z", body, attributes: {} };
}
