import { PublishBatchCommand, type PublishBatchCommandInput, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { statusEvent } from "../../../domain/events.ts";
import { newOrder } from "../../../domain/order.ts";
import { handler } from "../../../handlers/publish-events.ts";
import { eventItem } from "../../../store/events.ts";
import { useCapturedLogs } from "../../support/logs.ts";
import { orderIdOf } from "../../support/sqs-records.ts";

const AT = "2026-01-15T10:30:00.000Z";

/** An event of the order of a name. */
function anEvent(name: string) {
  const request = { customerEmail: "ada@example.com", customerId: "CUST-1", items: [] };
  return statusEvent(
    newOrder(orderIdOf(name), AT, request, { lines: [], totalMinor: 0, currency: "USD" }),
    "correlation",
  );
}

function aRecord(name: string): DynamoDBRecord {
  const image = eventItem(anEvent(name));
  return {
    eventID: name,
    dynamodb: { NewImage: image as never, Keys: { pk: image.pk, sk: image.sk } as never, SequenceNumber: "1" },
  };
}

function stream(...names: string[]): DynamoDBStreamEvent {
  return { Records: names.map(aRecord) };
}

/** What can't be seen on the real stack: SNS and SQS that fail, in part or for a time. */
describe("Publishing events when SNS is in the way", () => {
  useCapturedLogs();
  const topic = mockClient(SNSClient);
  const queue = mockClient(SQSClient);

  before(() => {
    process.env.EVENTS_TOPIC_ARN = "arn:aws:sns:us-east-1:000000000000:order-events";
    process.env.FAILURE_QUEUE_URL = "http://localhost/unpublished";
  });

  beforeEach(() => {
    topic.reset();
    topic.on(PublishBatchCommand).resolves({ Failed: [] });
    queue.reset();
    queue.on(SendMessageCommand).resolves({});
  });

  after(() => {
    topic.restore();
    queue.restore();
  });

  /** Ids of the orders in each batch that was sent. */
  const batches = () => topic.commandCalls(PublishBatchCommand).map(({ args }) => orderIds(args[0].input));
  const setAside = () =>
    queue.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => ({
      queue: input.QueueUrl,
      ...JSON.parse(input.MessageBody ?? ""),
      reason: input.MessageAttributes?.reason?.StringValue,
    }));

  it("sends an event's JSON with the attributes that subscribers filter by", async () => {
    await handler(stream("a"));

    const [entry] = topic.commandCalls(PublishBatchCommand)[0]?.args[0].input.PublishBatchRequestEntries ?? [];
    expect(JSON.parse(entry?.Message ?? "")).to.deep.equal(anEvent("a"));
    expect(entry?.MessageAttributes).to.deep.equal({
      type: { DataType: "String", StringValue: "OrderPlaced" },
      status: { DataType: "String", StringValue: "PENDING" },
      customerId: { DataType: "String", StringValue: "CUST-1" },
    });
  });

  it("sends ten at once at the most", async () => {
    const many = Array.from({ length: 23 }, (_, index) => `order-${index}`);

    await handler(stream(...many));

    expect(batches().map((ids) => ids.length)).to.deep.equal([10, 10, 3]);
    expect(batches().flat()).to.deep.equal(many.map(orderIdOf));
  });

  it("has the stream send the batch again when one event may go through the next time", async () => {
    topic.on(PublishBatchCommand).resolves({ Failed: [{ Id: "1", Code: "InternalError", SenderFault: false }] });

    const failure = await handler(stream("a", "b")).catch((error: Error) => error);

    expect(failure)
      .to.be.an("error")
      .with.property("message", `SNS answered InternalError for the event ${orderIdOf("b")}.1.`);
    expect(setAside()).to.deep.equal([]);
  });

  it("publishes the other batches although one fails", async () => {
    const many = Array.from({ length: 20 }, (_, index) => `order-${index}`);
    topic.on(PublishBatchCommand).rejectsOnce(named("ThrottledException")).resolves({ Failed: [] });

    const failure = await handler(stream(...many)).catch((error: Error) => error);

    expect(failure).to.be.an("error").with.property("message").that.includes("ThrottledException");
    expect(batches().map((ids) => ids.length)).to.deep.equal([10, 10]);
  });

  it("sets the one event aside that SNS refuses, with the reason, and goes on", async () => {
    topic.on(PublishBatchCommand).resolves({ Failed: [{ Id: "0", Code: "InvalidParameter", SenderFault: true }] });

    await handler(stream("too-long", "b"));

    const reason = "The topic rejected the event: InvalidParameter.";
    expect(setAside()).to.have.lengthOf(1);
    expect(setAside()[0]).to.deep.include({ queue: "http://localhost/unpublished", eventID: "too-long", reason });
    expect(setAside()[0].keys).to.deep.equal({
      pk: { S: `ORDER#${orderIdOf("too-long")}` },
      sk: { S: "EVENT#000001" },
    });
  });

  it("sends the events of a refused batch one by one, and sets aside only what is refused alone", async () => {
    topic.on(PublishBatchCommand).callsFake((input: PublishBatchCommandInput) => {
      if (orderIds(input).includes(orderIdOf("evil"))) throw named("BatchRequestTooLongException");
      return { Failed: [] };
    });

    await handler(stream("a", "evil", "b"));

    const [a, evil, b] = ["a", "evil", "b"].map(orderIdOf);
    expect(batches()).to.deep.equal([[a, evil, b], [a], [evil], [b]]);
    expect(setAside().map(({ eventID }) => eventID)).to.deep.equal(["evil"]);
  });

  it("sets a record aside that it can't read, and publishes the others", async () => {
    const records = [{}, { dynamodb: { NewImage: { event: { S: "?" } } } }, { dynamodb: { NewImage: { event: 5 } } }];

    await handler({ Records: [...(records as DynamoDBRecord[]), aRecord("a")] });

    expect(setAside().map(({ reason }) => reason)).to.deep.equal(
      records.map(() => "The record has no readable order event."),
    );
    expect(batches()).to.deep.equal([[orderIdOf("a")]]);
  });

  it("leaves out what was put back from a restored table", async () => {
    const record = aRecord("old");
    Object.assign(record.dynamodb?.NewImage ?? {}, { restoredAt: { S: AT } });

    await handler({ Records: [record, aRecord("new")] });

    expect(batches()).to.deep.equal([[orderIdOf("new")]]);
    expect(setAside()).to.deep.equal([]);
  });

  it("has the stream send the batch again when even the failure queue can't be reached", async () => {
    queue.on(SendMessageCommand).rejects(named("ECONNREFUSED"));

    const failure = await handler({ Records: [{}, aRecord("a")] }).catch((error: Error) => error);

    expect(failure).to.be.an("error").with.property("name", "ECONNREFUSED");
    expect(batches()).to.deep.equal([[orderIdOf("a")]]);
  });
});

function orderIds({ PublishBatchRequestEntries = [] }: PublishBatchCommandInput): string[] {
  return PublishBatchRequestEntries.map(({ Message = "" }) => JSON.parse(Message).orderId);
}

function named(name: string): Error {
  return Object.assign(new Error("failed"), { name });
}
