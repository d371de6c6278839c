import { ExecutionAlreadyExists, InvalidName, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { handler } from "../../../handlers/start-fulfilment.ts";
import { useCapturedLogs } from "../../support/logs.ts";
import { anEvent, orderIdOf, sqsBatch } from "../../support/sqs-records.ts";

const [A = "", B = "", C = ""] = ["a", "b", "c"].map(orderIdOf);
const ALL_DONE = { batchItemFailures: [] };

/** What can't be seen on the real stack: Step Functions and SQS that fail. */
describe("Starting the fulfilment when something is in the way", () => {
  useCapturedLogs();
  const workflow = mockClient(SFNClient);
  const queue = mockClient(SQSClient);

  before(() => {
    process.env.STATE_MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:fulfilment";
    process.env.DEAD_LETTER_QUEUE_URL = "http://localhost/dead-letters";
  });

  beforeEach(() => {
    workflow.reset();
    workflow.on(StartExecutionCommand).resolves({});
    queue.reset();
    queue.on(SendMessageCommand).resolves({});
  });

  after(() => {
    workflow.restore();
    queue.restore();
  });

  const started = () =>
    workflow.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => [input.name, input.input]);
  const setAside = () => queue.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => input);

  it("names the execution by the order and what is to be done, and hands the correlation id on", async () => {
    const placed = anEvent({ orderId: A });
    const cancelled = anEvent({ orderId: A, type: "OrderCancelRequested" });

    const answer = await handler(sqsBatch(placed, cancelled));

    expect(answer).to.deep.equal(ALL_DONE);
    expect(started()).to.deep.equal([
      [A, `{"orderId":"${A}","correlationId":"correlation"}`],
      [`${A}-cancel`, `{"orderId":"${A}","correlationId":"correlation"}`],
    ]);
  });

  it("takes an execution that is there already for done", async () => {
    workflow.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: "there", $metadata: {} }));

    const answer = await handler(sqsBatch(anEvent()));

    expect(answer).to.deep.equal(ALL_DONE);
    expect(setAside()).to.deep.equal([]);
  });

  it("has only the message come again that failed", async () => {
    workflow.on(StartExecutionCommand, { name: B }).rejects(new Error("throttled"));

    const answer = await handler(sqsBatch(...[A, B, C].map((orderId) => anEvent({ orderId }))));

    expect(answer).to.deep.equal({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(started().map(([name]) => name)).to.include.members([A, C]);
  });

  it("sets aside at once what can never succeed, with the reason and as it came", async () => {
    workflow.on(StartExecutionCommand, { name: B }).rejects(new InvalidName({ message: "bad", $metadata: {} }));
    const poison = ["{}", "not JSON", anEvent({ type: "OrderShipped" }), anEvent({ orderId: B })];

    const answer = await handler(sqsBatch(...poison, anEvent({ orderId: C })));

    expect(answer).to.deep.equal(ALL_DONE);
    expect(setAside().map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue)).to.have.members([
      "The message is not an event of an order.",
      "The message is not an event of an order.",
      "An event of type OrderShipped starts no workflow.",
      `Step Functions rejected the execution ${B}: InvalidName.`,
    ]);
    const shipped = setAside().find(({ MessageBody }) => MessageBody?.includes("OrderShipped"));
    expect(shipped).to.deep.include({ QueueUrl: "http://localhost/dead-letters" });
    expect(shipped?.MessageAttributes?.type).to.deep.equal({ DataType: "String", StringValue: "OrderShipped" });
    expect(started().map(([name]) => name)).to.include(C);
  });

  it("makes room for the reason among as many attributes as a message can have", async () => {
    const [poison] = sqsBatch("poison").Records;
    const nine = Array.from({ length: 9 }, (_, index) => [`a${index}`, { dataType: "String", stringValue: "x" }]);
    const messageAttributes = Object.fromEntries([...nine, ["reason", { dataType: "String", stringValue: "its own" }]]);

    await handler({ Records: [{ ...poison, messageAttributes }] } as never);

    const [{ MessageAttributes = {} } = {}] = setAside();
    expect(Object.keys(MessageAttributes)).to.have.lengthOf(10);
    expect(MessageAttributes.reason?.StringValue).to.equal("The message is not an event of an order.");
  });

  it("has a poison message come again when it can't be set aside", async () => {
    queue.on(SendMessageCommand).rejects(new Error("out of reach"));

    const answer = await handler(sqsBatch("not JSON", anEvent()));

    expect(answer).to.deep.equal({ batchItemFailures: [{ itemIdentifier: "m0" }] });
  });
});
