import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { emulatorClient } from "../../stacks/record.ts";

const TableName = "items";
/** Long enough for other calls to arrive in the meantime, however busy the machine is. */
const TRANSACTION_MS = 1_000;

/** Developer guide of DynamoDB, "Transaction conflict handling in DynamoDB". */
describe("The emulator's DynamoDB, while a transaction is in progress on an item", () => {
  let folder: string;
  let emulator: Emulator;
  let client: DynamoDBClient;
  let transaction: Promise<unknown>;
  let token: string;

  before("start an emulator", async () => {
    folder = mkdtempSync(join(tmpdir(), "orders-conflicts-"));
    emulator = await startEmulator({ transactionMs: TRANSACTION_MS, logFile: join(folder, "emulator.log") });
    const options = emulatorClient({ region: "us-east-1" }, emulator.endpoint);
    client = new DynamoDBClient({ ...options, maxAttempts: 1 });
    const table = {
      TableName,
      BillingMode: "PAY_PER_REQUEST" as const,
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" as const }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" as const }],
    };
    await client.send(new CreateTableCommand(table));
  });

  beforeEach("begin a transaction that writes A and checks B", async () => {
    token = randomUUID();
    transaction = transact([put("A"), check("B")], token);
    await sleep(TRANSACTION_MS / 5);
  });

  afterEach(() => transaction);

  after(async () => {
    client?.destroy();
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function transact(TransactItems: TransactWriteItem[], ClientRequestToken?: string): Promise<unknown> {
    return client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
  }

  for (const id of ["A", "B"]) {
    it(`refuses single writes of ${id}, which it ${id === "A" ? "writes" : "checks"}`, async () => {
      const writes = [
        client.send(new PutItemCommand({ TableName, Item: key(id) })),
        client.send(new UpdateItemCommand({ TableName, Key: key(id) })),
        client.send(new DeleteItemCommand({ TableName, Key: key(id) })),
      ];

      const errors = await Promise.all(writes.map((write) => nameOf(write)));

      expect(errors).to.deep.equal(Array(3).fill("TransactionConflictException"));
    });
  }

  it("refuses another transaction, and says on account of which items", async () => {
    const error = await transact([put("C"), put("B"), check("D"), check("A")]).catch((error: Error) => error);

    expect(error).to.be.instanceOf(TransactionCanceledException);
    const { CancellationReasons = [] } = error as TransactionCanceledException;
    expect(CancellationReasons.map(({ Code }) => Code)).to.deep.equal([
      "None",
      "TransactionConflict",
      "None",
      "TransactionConflict",
    ]);
    expect(await read("C")).to.equal(undefined);
  });

  it("refuses to repeat it, and repeats its response once it is over", async () => {
    const early = await nameOf(transact([put("A"), check("B")], token));
    await transaction;

    expect(early).to.equal("TransactionInProgressException");
    await transact([put("A"), check("B")], token);
  });

  it("allows everything else", async () => {
    await client.send(new PutItemCommand({ TableName, Item: key("E") }));
    await transact([put("F")]);

    expect(await read("E")).to.deep.equal(key("E"));
    expect(await read("F")).to.deep.equal(key("F"));
  });

  it("lets reads see what was committed before", async () => {
    await transaction;
    const update = { TableName, Key: key("G"), UpdateExpression: "SET written = :yes" };
    const second = transact([{ Update: { ...update, ExpressionAttributeValues: { ":yes": { BOOL: true } } } }]);
    await sleep(TRANSACTION_MS / 5);

    const during = await read("G");
    await second;

    expect(during).to.equal(undefined);
    expect(await read("G")).to.deep.equal({ ...key("G"), written: { BOOL: true } });
  });

  async function read(id: string) {
    return (await client.send(new GetItemCommand({ TableName, Key: key(id), ConsistentRead: true }))).Item;
  }
});

function key(id: string) {
  return { pk: { S: id } };
}

function put(id: string): TransactWriteItem {
  return { Put: { TableName, Item: key(id) } };
}

function check(id: string): TransactWriteItem {
  return { ConditionCheck: { TableName, Key: key(id), ConditionExpression: "attribute_not_exists(written)" } };
}

function nameOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "no error",
    ({ name }: Error) => name,
  );
}
