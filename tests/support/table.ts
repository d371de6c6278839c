import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { after, before } from "mocha";
import { db } from "../../handlers/lib/db.ts";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { fromItem } from "../../store/items.ts";
import { usePrinted } from "./printed.ts";
import type { TestStack } from "./stack.ts";

/** An item, as the table has it. */
export type StoredItem = { pk: string; sk: string } & Record<string, unknown>;

/** A real table for handlers that are called in this process. */
export interface TestTable {
  /** Makes the handlers use a new, empty table. */
  renew(): Promise<void>;
  /** All items of the table. */
  items(): Promise<StoredItem[]>;
}

/**
 * Gives the suite that calls it an emulator of its own, on which the handlers of this process work: for what can't be
 * done to a function that runs elsewhere, such as letting two of them take turns call by call.
 *
 * @returns The table, from the first `before` hook on.
 */
export function useTable(): () => TestTable {
  usePrinted();
  let emulator: Emulator;
  let directory: string;
  let client: DynamoDBClient;
  let tables = 0;

  before("start an emulator", async function () {
    this.timeout(30_000);
    directory = await mkdtemp(join(tmpdir(), "orders-table-"));
    emulator = await startEmulator({ logFile: join(directory, "emulator.log") });
    Object.assign(process.env, ENVIRONMENT);
    client = new DynamoDBClient({ endpoint: emulator.endpoint });
    redirect(emulator.endpoint);
  });

  after("stop the emulator", async () => {
    db.client.middlewareStack.remove("redirect");
    await emulator?.stop();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  const table: TestTable = {
    async renew() {
      const name = `orders-${++tables}`;
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: "PAY_PER_REQUEST",
          KeySchema: [
            { AttributeName: "pk", KeyType: "HASH" },
            { AttributeName: "sk", KeyType: "RANGE" },
          ],
          AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        }),
      );
      process.env.ORDERS_TABLE = name;
    },
    async items() {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: db.table }));
      return Items.map((item) => fromItem<StoredItem>(item));
    },
  };
  return () => table;
}

/**
 * Lets the handlers of this process work on the table of the calling suite's stack, as somebody who may do everything:
 * to bring orders into the state that a test begins with. Call it after `useLocalStack`.
 */
export function useHandlersOn(stack: () => TestStack): void {
  usePrinted();

  before("let handlers work on the stack", () => {
    const { outputs, awsClient } = stack();
    Object.assign(process.env, ENVIRONMENT, { ORDERS_TABLE: outputs.ordersTable, LIST_SHARDS: "1" });
    redirect(awsClient.endpoint ?? "");
  });

  after("let them go", () => db.client.middlewareStack.remove("redirect"));
}

const ENVIRONMENT = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  LIST_SHARDS: "2",
  PAYMENT_GATEWAY: "simulated",
};

/** Sends the handlers' own client to the emulator. A worker of mocha's runs several suites with this one client. */
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
