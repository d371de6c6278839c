import {
  BatchGetItemCommand,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishBatchCommand } from "@aws-sdk/client-sns";
import { SendMessageCommand, type SendMessageCommandInput } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyResult, DynamoDBStreamEvent, SQSEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import fc from "fast-check";
import { sfn } from "../../aws/executions.ts";
import { sqs } from "../../aws/queues.ts";
import { sns } from "../../aws/sns.ts";
import { ORDER_ID_PATTERN } from "../../domain/contract/schemas.ts";
import { readEvent } from "../../domain/events.ts";
import { failureReasonFor } from "../../domain/failure-reasons.ts";
import { handler as cancelOrder } from "../../handlers/cancel-order.ts";
import { handler as createOrder } from "../../handlers/create-order.ts";
import { handler as getOrder } from "../../handlers/get-order.ts";
import type { ApiEvent } from "../../handlers/lib/request.ts";
import { handler as listOrders } from "../../handlers/list-orders.ts";
import { handler as listProducts } from "../../handlers/list-products.ts";
import { handler as notifyCustomer } from "../../handlers/notify-customer.ts";
import { handler as publishEvents } from "../../handlers/publish-events.ts";
import { handler as putProduct } from "../../handlers/put-product.ts";
import { handler as startFulfilment } from "../../handlers/start-fulfilment.ts";
import { handler as sweepOrders } from "../../handlers/sweep-orders.ts";
import { handler as updateOrderStatus } from "../../handlers/update-order-status.ts";
import { dynamodb } from "../../store/client.ts";
import { usePrinted } from "../support/printed.ts";
import { anEvent } from "../support/sqs-records.ts";
import { STEPS } from "../support/workflow.ts";
import { hostileText, hostileValue, spoilt } from "./arbitraries.ts";
import { apiEvent, messages, streamRecords } from "./arbitrary-events.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 100);

/** Functions on a table that has nothing in it, with services that are all well. */
describe(`Handlers, called ${RUNS} times each with what nobody should send,`, function () {
  this.timeout(60_000);
  usePrinted();
  const database = mockClient(dynamodb);
  const workflow = mockClient(sfn);
  const topic = mockClient(sns);
  const queue = mockClient(sqs);
  const secrets = mockClient(SecretsManagerClient);
  const clients = [database, workflow, topic, queue, secrets];

  before(() => {
    Object.assign(process.env, {
      ORDERS_TABLE: "orders",
      LIST_SHARDS: "1",
      STUCK_AFTER_SECONDS: "900",
      CURSOR_SECRET_ARN: "arn",
      STATE_MACHINE_ARN: "arn",
      EVENTS_TOPIC_ARN: "arn",
      PAYMENT_GATEWAY: "simulated",
      FAILURE_QUEUE_URL: "http://localhost/unpublished",
      DEAD_LETTER_QUEUE_URL: "http://localhost/dead-letters",
    });
  });

  after(() => {
    for (const client of clients) client.restore();
  });

  function renew(): void {
    for (const client of clients) client.reset();
    // What is not named here fails: nothing else may be asked for.
    database.rejects(new Error("Something is stored."));
    database.on(GetItemCommand).resolves({});
    database.on(QueryCommand).resolves({ Items: [] });
    database.on(BatchGetItemCommand).resolves({ Responses: {} });
    workflow.on(StartExecutionCommand).resolves({});
    topic.on(PublishBatchCommand).resolves({ Failed: [] });
    queue.on(SendMessageCommand).callsFake(takeMessage);
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"current":"secret"}' });
  }

  const writes = () => [UpdateItemCommand, TransactWriteItemsCommand].flatMap((c) => database.commandCalls(c as never));
  const setAside = () => queue.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => input);
  const started = () => workflow.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input);

  const consumers = { "start-fulfilment": startFulfilment, "notify-customer": notifyCustomer };

  for (const [name, handler] of Object.entries(consumers)) {
    it(`${name} is done with every message, and says of each hopeless one why`, async () => {
      await fc.assert(
        fc.asyncProperty(messages, async (batch) => {
          renew();
          const Records = batch.map((message, index) => ({ messageId: `m${index}`, ...message }));

          const answer = await handler({ Records } as unknown as SQSEvent);

          expect(answer).to.deep.equal({ batchItemFailures: [] });
          expect(setAside().length + started().length).to.equal(batch.length);
          for (const { MessageAttributes } of setAside())
            expect(MessageAttributes?.reason?.StringValue).to.match(/\.$/);
          for (const { name: execution = "", input = "" } of started()) {
            expect(execution.replace(/-cancel$/, "")).to.match(ORDER_ID_PATTERN);
            expect(input).to.have.length.below(300);
          }
          expect(writes()).to.deep.equal([]);
        }),
        { numRuns: RUNS },
      );
    });
  }

  it("publish-events publishes or sets aside every record", async () => {
    await fc.assert(
      fc.asyncProperty(streamRecords, async (Records) => {
        renew();

        await publishEvents({ Records } as unknown as DynamoDBStreamEvent);

        const entries = topic
          .commandCalls(PublishBatchCommand)
          .flatMap(({ args: [{ input }] }) => input.PublishBatchRequestEntries ?? []);
        expect(entries.length + setAside().length).to.equal(Records.length);
        for (const { Message = "" } of entries) expect(readEvent(Message), Message).to.not.equal(undefined);
        for (const { MessageAttributes } of setAside()) expect(MessageAttributes?.reason?.StringValue).to.match(/\.$/);
      }),
      { numRuns: RUNS },
    );
  });

  for (const [name, step] of Object.entries(STEPS)) {
    it(`${name} ends with OrderNotFound for every input without an order, and does nothing`, async () => {
      const input = fc.oneof(
        hostileValue,
        spoilt({ orderId: anEvent().orderId, correlationId: "c", createdAt: "2026-01-15T10:30:00.000Z", error: {} }),
        hostileValue.map((name) => ({ orderId: anEvent().orderId, error: { Error: name } })),
      );

      await fc.assert(
        fc.asyncProperty(input, async (value) => {
          renew();

          const error: Error = await step(value).then(
            () => expect.fail("It found an order."),
            (thrown) => thrown,
          );

          expect(error.name, error.message).to.equal("OrderNotFound");
          expect(error.message).to.have.length.below(100);
          expect(writes()).to.deep.equal([]);
        }),
        { numRuns: RUNS },
      );
    });
  }

  it("refund-payment has a reason for every error's name", () => {
    fc.assert(fc.property(hostileText, (name) => void expect(failureReasonFor(name)).to.match(/^[A-Z_]+$/)));
  });

  it("sweep-orders sweeps, whatever calls it", async () => {
    await fc.assert(
      fc.asyncProperty(hostileValue, async (event) => {
        renew();

        expect(await sweepOrders(event as never)).to.deep.equal({ stuck: 0, redriven: 0 });
      }),
      { numRuns: RUNS },
    );
  });

  const endpoints = {
    "create-order": createOrder,
    "get-order": getOrder,
    "list-orders": listOrders,
    "list-products": listProducts,
    "put-product": putProduct,
    "update-order-status": updateOrderStatus,
    "cancel-order": cancelOrder,
  };

  for (const [name, handler] of Object.entries(endpoints)) {
    it(`${name} answers every event, a mistake of the caller's at the most`, async () => {
      await fc.assert(
        fc.asyncProperty(apiEvent, async (event) => {
          renew();
          database.on(UpdateItemCommand).resolves({});

          const answer: APIGatewayProxyResult = await handler(event as ApiEvent);

          expect(answer.statusCode, answer.body).to.be.oneOf([200, 201, 400, 404, 413, 415, 422]);
          const isProblem = answer.statusCode >= 400;
          expect(answer.headers).to.include({ "Content-Type": `application/${isProblem ? "problem+" : ""}json` });
          for (const value of Object.values(answer.headers ?? {})) expect(String(value)).to.match(/^[ -~]*$/);
          expect(JSON.parse(answer.body)).to.be.an("object");
          expect(answer.body.length).to.be.below(200_000);
          // Only a product that keeps all rules is stored: orders need a catalogue, which is empty.
          expect(writes()).to.have.lengthOf(name === "put-product" && !isProblem ? 1 : 0);
        }),
        { numRuns: RUNS },
      );
    });
  }
});

/** What SQS refuses, as far as senders can be blamed for it. */
function takeMessage({ MessageAttributes = {} }: SendMessageCommandInput) {
  const values = Object.values(MessageAttributes);
  const isRight = values.length <= 10 && values.every(({ StringValue = "" }) => StringValue !== "");
  if (!isRight) throw Object.assign(new Error("No such attributes."), { name: "InvalidParameterValue" });
  return {};
}
