import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { SendTaskFailureCommand, SFNClient, TaskTimedOut } from "@aws-sdk/client-sfn";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { db } from "../../../handlers/lib/db.ts";
import { handler } from "../../../handlers/process-payments.ts";
import { useCapturedLogs } from "../../support/logs.ts";
import { orderIdOf, sqsBatch } from "../../support/sqs-records.ts";

const orderId = orderIdOf("a");
const NO_PAYMENT = "The message asks for nothing that can be done about a payment.";

/** What can't be seen on the real stack: messages that the workflow doesn't send. */
describe("Payments that can never be processed", () => {
  useCapturedLogs();
  const database = mockClient(db.client);
  const workflow = mockClient(SFNClient);
  const queue = mockClient(SQSClient);

  before(() => {
    Object.assign(process.env, { ORDERS_TABLE: "orders", QUEUE_URL: "queue", DEAD_LETTER_QUEUE_URL: "dead" });
    Object.assign(process.env, { MESSAGE_INTERVAL_MS: "1", BACKLOG_SECONDS: "0" });
  });

  beforeEach(() => {
    for (const client of [database, workflow, queue]) client.reset();
    database.on(QueryCommand).resolves({ Items: [] });
    workflow.on(SendTaskFailureCommand).resolves({});
    queue.onAnyCommand().resolves({});
  });

  after(() => {
    for (const client of [database, workflow, queue]) client.restore();
  });

  const told = () =>
    workflow.commandCalls(SendTaskFailureCommand).map(({ args: [{ input }] }) => [input.taskToken, input.error]);
  const setAside = () =>
    queue.commandCalls(SendMessageCommand).map(({ args }) => args[0].input.MessageAttributes?.reason?.StringValue);

  for (const [what, message, reason] of [
    ["of an unknown step", { step: "none", taskToken: "token", input: { orderId } }, NO_PAYMENT],
    ["without an order", { step: "charge-payment", taskToken: "token", input: {} }, NO_PAYMENT],
    [
      "of an order that is gone",
      { step: "charge-payment", taskToken: "token", input: { orderId } },
      `There is no order ${orderId}.`,
    ],
  ] as const) {
    it(`${what} are set aside, and the workflow that waits is told`, async () => {
      const answer = await handler(sqsBatch(JSON.stringify(message)));

      expect(answer).to.deep.equal({ batchItemFailures: [] });
      expect(told()).to.deep.equal([["token", "PoisonMessage"]]);
      expect(setAside()).to.deep.equal([reason]);
    });
  }

  for (const taskToken of [undefined, "", 7]) {
    it(`are only set aside with the token ${JSON.stringify(taskToken)}`, async () => {
      await handler(sqsBatch(JSON.stringify({ taskToken })));

      expect([told(), setAside()]).to.deep.equal([[], [NO_PAYMENT]]);
    });
  }

  it("are set aside, too, if nobody waits any longer", async () => {
    workflow.on(SendTaskFailureCommand).rejects(new TaskTimedOut({ message: "late", $metadata: {} }));

    await handler(sqsBatch(JSON.stringify({ taskToken: "token" })));

    expect(setAside()).to.deep.equal([NO_PAYMENT]);
  });

  it("come again if the workflow can't be told", async () => {
    workflow.on(SendTaskFailureCommand).rejects(new Error("out of reach"));

    const answer = await handler(sqsBatch(JSON.stringify({ taskToken: "token" })));

    expect(answer).to.deep.equal({ batchItemFailures: [{ itemIdentifier: "m0" }] });
    expect(setAside()).to.deep.equal([]);
  });
});
