import {
  BatchGetItemCommand,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, type SendMessageCommandInput, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyResult, DynamoDBStreamEvent, SQSEvent } from "aws-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import fc from "fast-check";
import { readEvent } from "../../domain/events.ts";
import { failureReasonFor } from "../../domain/failure-reasons.ts";
import { ORDER_ID_PATTERN } from "../../domain/ids.ts";
import { handler as bookStock } from "../../handlers/book-stock.ts";
import { handler as cancelOrder } from "../../handlers/cancel-order.ts";
import { handler as createOrder } from "../../handlers/create-order.ts";
import { handler as getOrder } from "../../handlers/get-order.ts";
import { db } from "../../handlers/lib/db.ts";
import type { ApiEvent } from "../../handlers/lib/request.ts";
import { handler as listOrders } from "../../handlers/list-orders.ts";
import { handler as listProducts } from "../../handlers/list-products.ts";
import { handler as notifyCustomer } from "../../handlers/notify-customer.ts";
import { handler as payOrder } from "../../handlers/pay-order.ts";
import { handler as processPayments } from "../../handlers/process-payments.ts";
import { handler as publishEvents } from "../../handlers/publish-events.ts";
import { handler as putProduct } from "../../handlers/put-product.ts";
import { handler as refundOrder } from "../../handlers/refund-order.ts";
import { handler as startFulfilment } from "../../handlers/start-fulfilment.ts";
import { handler as sweepOrders } from "../../handlers/sweep-orders.ts";
import { handler as updateOrderStatus } from "../../handlers/update-order-status.ts";
import { useCapturedLogs } from "../support/logs.ts";
import { anEvent } from "../support/sqs-records.ts";
import { STEPS } from "../support/workflow.ts";
import { corrupted, hostileText, hostileValue } from "./arbitraries.ts";
import { apiEvent, messages, streamRecords } from "./arbitrary-events.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 100);

/** Functions with an empty table and working services. */
describe(`Handlers, called ${RUNS} times each with hostile input`, () => {
  useCapturedLogs();
  const database = mockClient(db.client);
  const workflow = mockClient(SFNClient);
  const topic = mockClient(SNSClient);
  const queue = mockClient(SQSClient);
  const secrets = mockClient(SecretsManagerClient);
  const clients = [database, workflow, topic, queue, secrets];

  before(() => {
    Object.assign(process.env, {
      ORDERS_TABLE: "orders",
      CURRENCY: "USD",
      LIST_SHARDS: "1",
      SMS_COUNTRIES: "[]",
      STUCK_AFTER_SECONDS: "900",
      ORDER_DEADLINE_HOURS: "24",
      SIGNING_SECRET_ARN: "arn",
      STATE_MACHINE_ARN: "arn",
      EVENTS_TOPIC_ARN: "arn",
      PAYMENT_DEADLINE_MINUTES: "30",
      PAYMENT_GATEWAY: "simulated",
      PAYMENT_TRIES: "5",
      FAILURE_QUEUE_URL: "http://localhost/unpublished",
      DEAD_LETTER_QUEUE_URL: "http://localhost/dead-letters",
      QUEUE_URL: "http://localhost/customers",
      BACKLOG_SECONDS: "0",
      MESSAGE_INTERVAL_MS: "0",
    });
  });

  after(() => {
    for (const client of clients) client.restore();
  });

  function resetClients(): void {
    for (const client of clients) client.reset();
    // Any other operation fails the test.
    database.rejects(new Error("Unexpected operation."));
    database.on(GetItemCommand).resolves({});
    database.on(QueryCommand).resolves({ Items: [] });
    database.on(BatchGetItemCommand).resolves({ Responses: {} });
    workflow.on(StartExecutionCommand).resolves({});
    workflow.on(ListExecutionsCommand).resolves({ executions: [] });
    topic.on(PublishBatchCommand).resolves({ Failed: [] });
    queue.on(SendMessageCommand).callsFake(acceptMessage);
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"current":"secret"}' });
  }

  const writes = () => [UpdateItemCommand, TransactWriteItemsCommand].flatMap((c) => database.commandCalls(c as never));
  const rejected = () => queue.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => input);
  const started = () => workflow.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input);

  const consumers = {
    "start-fulfilment": startFulfilment,
    "process-payments": processPayments,
    "notify-customer": notifyCustomer,
  };

  for (const [name, handler] of Object.entries(consumers)) {
    it(`${name}: processes every message, and rejects unprocessable ones with a reason`, async () => {
      await fc.assert(
        fc.asyncProperty(messages, async (batch) => {
          resetClients();
          const Records = batch.map((message, index) => ({ messageId: `m${index}`, ...message }));

          const response = await handler({ Records } as unknown as SQSEvent);

          expect(response).to.deep.equal({ batchItemFailures: [] });
          expect(rejected().length + started().length).to.equal(batch.length);
          for (const { MessageAttributes } of rejected())
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

  it("publish-events: publishes or rejects every record", async () => {
    await fc.assert(
      fc.asyncProperty(streamRecords, async (Records) => {
        resetClients();

        await publishEvents({ Records } as unknown as DynamoDBStreamEvent);

        const entries = topic
          .commandCalls(PublishBatchCommand)
          .flatMap(({ args: [{ input }] }) => input.PublishBatchRequestEntries ?? []);
        expect(entries.length + rejected().length).to.equal(Records.length);
        for (const { Message = "" } of entries) expect(readEvent(Message), Message).to.not.equal(undefined);
        for (const { MessageAttributes } of rejected()) expect(MessageAttributes?.reason?.StringValue).to.match(/\.$/);
      }),
      { numRuns: RUNS },
    );
  });

  for (const [name, step] of Object.entries(STEPS)) {
    it(`${name}: fails with OrderNotFound for every input without an existing order, and writes nothing`, async () => {
      const input = fc.oneof(
        hostileValue,
        corrupted({
          orderId: anEvent().orderId,
          correlationId: "c",
          createdAt: "2026-01-15T10:30:00.000Z",
          last: {},
          error: {},
        }),
        hostileValue.map((name) => ({ orderId: anEvent().orderId, last: { outcome: name }, error: { Error: name } })),
      );

      await fc.assert(
        fc.asyncProperty(input, async (value) => {
          resetClients();

          const error: Error = await step(value).then(
            () => expect.fail("The step found an order."),
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

  it("refund-payment: takes nothing made up for a reason", () => {
    fc.assert(fc.property(hostileText, (name) => void expect(failureReasonFor(name)).to.equal(undefined)));
  });

  it("sweep-orders: sweeps, whatever the event", async () => {
    await fc.assert(
      fc.asyncProperty(hostileValue, async (event) => {
        resetClients();

        expect(await sweepOrders(event as never)).to.deep.equal({ stuck: 0, redriven: 0, parked: 0 });
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
    "book-stock": bookStock,
    "update-order-status": updateOrderStatus,
    "cancel-order": cancelOrder,
    "pay-order": payOrder,
    "refund-order": refundOrder,
  };

  for (const [name, handler] of Object.entries(endpoints)) {
    it(`${name}: returns a response to every event, at worst a client error`, async () => {
      await fc.assert(
        fc.asyncProperty(apiEvent, async (event) => {
          resetClients();
          database.on(TransactWriteItemsCommand).resolves({});

          const response: APIGatewayProxyResult = await handler(event as ApiEvent);

          expect(response.statusCode, response.body).to.be.oneOf([200, 201, 400, 404, 412, 413, 415, 422]);
          const isProblem = response.statusCode >= 400;
          expect(response.headers).to.include({ "Content-Type": `application/${isProblem ? "problem+" : ""}json` });
          for (const value of Object.values(response.headers ?? {})) expect(String(value)).to.match(/^[ -~]*$/);
          expect(JSON.parse(response.body)).to.be.an("object");
          expect(response.body.length).to.be.below(200_000);
          // Only valid products can be stored: orders need a catalogue, which is empty.
          expect(writes()).to.have.lengthOf(name === "put-product" && !isProblem ? 1 : 0);
        }),
        { numRuns: RUNS },
      );
    });
  }
});

/** Accepts messages as SQS does, which refuses invalid attributes. */
function acceptMessage({ MessageAttributes = {} }: SendMessageCommandInput) {
  const values = Object.values(MessageAttributes);
  const isValid = values.length <= 10 && values.every(({ StringValue = "" }) => StringValue !== "");
  if (!isValid) throw Object.assign(new Error("Invalid attributes."), { name: "InvalidParameterValue" });
  return {};
}
