import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { after, before } from "mocha";
import { canBecome } from "../../domain/lifecycle.ts";
import { handler as bookStock } from "../../handlers/book-stock.ts";
import { handler as createOrder } from "../../handlers/create-order.ts";
import { db } from "../../handlers/lib/db.ts";
import { handler as putProduct } from "../../handlers/put-product.ts";
import { handler as updateOrderStatus } from "../../handlers/update-order-status.ts";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import type { Emulation } from "../../stacks/ephemeral.ts";
import { changeOrder } from "../../store/change-order.ts";
import { useCapturedLogs } from "./logs.ts";
import type { TestStack } from "./stack.ts";
import { TestTable } from "./table.ts";

// Handlers called in the test's process, on a real table: for tests that a deployed function doesn't allow, such as
// interleaving two of them call by call.

/** A table for the handlers of this process. */
class LocalTable extends TestTable {
  private tables = 0;

  /** Switches the handlers to a new, empty table. */
  async renew(): Promise<void> {
    this.name = `orders-${++this.tables}`;
    await this.client.send(
      new CreateTableCommand({
        TableName: this.name,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: ["pk", "sk", "orderId", "statusShard", "orderShard"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        })),
        GlobalSecondaryIndexes: [
          { IndexName: "byStatus", hashKey: "statusShard" },
          { IndexName: "byCreation", hashKey: "orderShard" },
        ].map(({ IndexName, hashKey }) => ({
          IndexName,
          KeySchema: [
            { AttributeName: hashKey, KeyType: "HASH" },
            { AttributeName: "orderId", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        })),
      }),
    );
    process.env.ORDERS_TABLE = this.name;
  }
}

/**
 * Starts an emulator for the calling suite, and connects the handlers of this process to it.
 *
 * @param emulation - Emulator settings that differ from the default.
 * @returns The table, available from the first `before` hook on. Call `renew()` before the handlers use it.
 */
export function useLocalTable(emulation: Emulation = {}): () => LocalTable {
  useCapturedLogs();
  let emulator: Emulator;
  let directory: string;
  let table: LocalTable;

  before("start an emulator", async () => {
    directory = await mkdtemp(join(tmpdir(), "orders-table-"));
    emulator = await startEmulator({ ...emulation, logFile: join(directory, "emulator.log") });
    Object.assign(process.env, ENVIRONMENT);
    table = new LocalTable(new DynamoDBClient({ endpoint: emulator.endpoint }), "");
    redirect(emulator.endpoint);
  });

  after("stop the emulator", async () => {
    db.client.middlewareStack.remove("redirect");
    await emulator?.stop();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  return () => table;
}

/**
 * Connects the handlers of this process to the table of the calling suite's stack, with all permissions, to prepare
 * orders for a test. Call it after `useLocalStack`.
 */
export function useHandlersOnStack(stack: () => TestStack): void {
  useCapturedLogs();

  before("connect the handlers to the stack", () => {
    const { outputs, awsClient } = stack();
    Object.assign(process.env, ENVIRONMENT, { ORDERS_TABLE: outputs.ordersTable, LIST_SHARDS: "1" });
    redirect(awsClient.endpoint ?? "");
  });

  after("disconnect the handlers", () => db.client.middlewareStack.remove("redirect"));
}

/** Adds products to the table: units in stock by product id. Each costs 10 dollars. Those that exist get this stock. */
export async function stockProducts(stock: Record<string, number>): Promise<void> {
  for (const [productId, units] of Object.entries(stock)) {
    const put = (stock?: number) =>
      putProduct({
        pathParameters: { productId },
        body: { name: productId, price: 10, ...(stock !== undefined && { stock }) },
      });
    if ((await put(units)).statusCode === 201) continue;
    const { stock: present } = JSON.parse((await put()).body);
    if (units !== present) await book(productId, { delta: units - present, reason: "CORRECTION" });
  }
}

/** Books stock, as the API does. @returns The response's status. */
export async function book(productId: string, body: object, key: string = randomUUID()): Promise<number> {
  const headers = { "Idempotency-Key": key };
  return (await bookStock({ pathParameters: { productId }, headers, body })).statusCode;
}

/** Places an order. @param units - By product id. @returns The order's id. */
export async function placeDirectly(units: Record<string, number>, paymentMethod = "pm_card_visa"): Promise<string> {
  const items = Object.entries(units).map(([productId, quantity]) => ({ productId, quantity }));
  const { body } = await createOrder({ body: { customerEmail: "jo@example.com", items, paymentMethod } });
  return JSON.parse(body).orderId;
}

/** Places an order as the storefront's customers do. The signing secret must be readable. @param units - By product id. */
export async function placeAtStorefront(
  units: Record<string, number>,
  paymentMethod: string,
): Promise<{ orderId: string; token: string }> {
  const items = Object.entries(units).map(([productId, quantity]) => ({ productId, quantity }));
  const request = { requestContext: { requestId: "1" } as never, stageVariables: { audience: "storefront" } };
  const { body } = await createOrder({ ...request, body: { customerEmail: "jo@example.com", items, paymentMethod } });
  return JSON.parse(body);
}

/** Requests an order's cancellation, as the API does. @returns Whether this call changed the order. */
export async function requestCancel(orderId: string): Promise<boolean> {
  const { isChanged } = await changeOrder(db, orderId, "test", ({ status, cancelRequestedAt }) =>
    canBecome(status, "CANCELLED") && cancelRequestedAt === undefined ? { cancelRequested: true } : undefined,
  );
  return isChanged;
}

/** Ships an order if that is allowed, as the API does. @returns Whether it is shipped. */
export async function ship(orderId: string): Promise<boolean> {
  const { statusCode } = await updateOrderStatus({ pathParameters: { orderId }, body: { status: "SHIPPED" } });
  return statusCode === 200;
}

const ENVIRONMENT = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  CURRENCY: "USD",
  LIST_SHARDS: "2",
  ORDER_DEADLINE_HOURS: "24",
  PAYMENT_DEADLINE_MINUTES: "30",
  PAYMENT_TRIES: "5",
  PAYMENT_GATEWAY: "simulated",
  SIGNING_SECRET_ARN: "arn:signing",
  SMS_COUNTRIES: "[]",
  STACK: "orders/test",
};

/** Redirects the handlers' client to the emulator. Mocha runs several suites in one process, which share the client. */
function redirect(endpoint: string): void {
  const { hostname, port, protocol } = new URL(endpoint);
  db.client.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { hostname, port: Number(port), protocol });
      return next(args);
    },
    { step: "build", name: "redirect" },
  );
}
