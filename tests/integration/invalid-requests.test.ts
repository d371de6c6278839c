import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { emulatorClient } from "../../stacks/record.ts";

const TABLE: CreateTableCommandInput = {
  TableName: "items",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk", "group", "rank"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  KeySchema: keySchema("pk", "sk"),
  GlobalSecondaryIndexes: [
    { IndexName: "byGroup", KeySchema: keySchema("group", "rank"), Projection: { ProjectionType: "ALL" } },
  ],
};
const TableName = "items";
const KEY = { pk: { S: "A" }, sk: { S: "1" } };
const VALUE = { S: "x" };

describe("The emulator's DynamoDB refuses", () => {
  let folder: string;
  let emulator: Emulator;
  let client: DynamoDBClient;

  before("start an emulator", async () => {
    folder = mkdtempSync(join(tmpdir(), "orders-invalid-"));
    emulator = await startEmulator({ logFile: join(folder, "emulator.log") });
    client = new DynamoDBClient(emulatorClient({ region: "us-east-1" }, emulator.endpoint));
    await client.send(new CreateTableCommand(TABLE));
  });

  after(async () => {
    client?.destroy();
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const refusals: [what: string, request: () => Promise<unknown>, message: string][] = [
    [
      "a reserved word in a filter, even if nothing is found",
      () => query({ FilterExpression: "status = :x" }),
      "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: status",
    ],
    [
      "a reserved word in a scan's filter, after a dot",
      () => scan("event.at = :x"),
      "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: at",
    ],
    [
      "a function's name as an attribute's",
      () => scan("size = :x"),
      "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: size",
    ],
    [
      "a reserved word in a condition",
      () => update({ UpdateExpression: "SET a = :x", ConditionExpression: "#b = :x OR name = :x" }),
      "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name",
    ],
    [
      "a path twice in an update",
      () => update({ UpdateExpression: "SET a = :x, #b = :x REMOVE b" }),
      overlap("[b]", "[b]"),
    ],
    [
      "a path and a part of it in an update",
      () => update({ UpdateExpression: "SET #b.c[0] = :x, a = :x, #b.c = :x" }),
      overlap("[b, c, [0]]", "[b, c]"),
    ],
    [
      "a path twice in an update in a transaction",
      () => transact({ UpdateExpression: "SET a = :x ADD a :x" }),
      overlap("[a]", "[a]"),
    ],
    [
      "a clause twice in an update",
      () => update({ UpdateExpression: "SET a = :x REMOVE c SET #b = :x" }),
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    ["a key attribute in a query's filter", () => query({ FilterExpression: "a = :x OR sk < :x" }), keyInFilter("sk")],
    [
      "an index's key attribute in the filter of its query",
      () => query({ IndexName: "byGroup", KeyConditionExpression: "#group = :x", FilterExpression: "#r = :x" }),
      keyInFilter("rank"),
    ],
    [
      "OR in a key condition",
      () => query({ KeyConditionExpression: "pk = :x OR sk = :x" }),
      "Invalid operator used in KeyConditionExpression: OR",
    ],
    ["an index key of more than 2,048 bytes", () => put(2_049), tooLong("group", 2_049, 2_048)],
    [
      "an index key of more than 2,048 bytes in an update",
      () =>
        update({ UpdateExpression: "SET #group = :x", ExpressionAttributeValues: { ":x": { S: "x".repeat(2_049) } } }),
      tooLong("group", 2_049, 2_048),
    ],
    ["an index's sort key of more than 1,024 bytes", () => put(1, 1_025), tooLong("rank", 1_025, 1_024)],
  ];
  for (const [what, request, message] of refusals) {
    it(what, async () => {
      const error = await request().catch((error: Error) => error);

      expect(error).to.include({ name: "ValidationException", message });
    });
  }

  it("a transaction that writes such an index key, by its reason", async () => {
    const error = await transact({
      UpdateExpression: "SET #group = :x",
      ExpressionAttributeValues: { ":x": { S: "x".repeat(2_049) } },
    }).catch((error: Error) => error);

    expect(error).to.be.instanceOf(TransactionCanceledException);
    expect((error as TransactionCanceledException).CancellationReasons).to.deep.equal([
      { Code: "ValidationError", Message: tooLong("group", 2_049, 2_048) },
    ]);
  });

  it("nothing else: aliases, key attributes where they are allowed, index keys of the greatest length", async () => {
    await put(2_048, 1_024);
    await update({ UpdateExpression: "SET #b = if_not_exists(#b, :x), #s = :x REMOVE setting, #b2" });
    await query({ FilterExpression: "size(#s) > :x AND #b.pk = :x AND NOT a IN (:x)" });
    await query({ KeyConditionExpression: "pk = :x AND sk BETWEEN :x AND :x" });
    await query({
      IndexName: "byGroup",
      KeyConditionExpression: "#group = :x",
      FilterExpression: "begins_with(sk, :x)",
    });
    await scan("begins_with(sk, :x) OR #group = :x");
  });

  function query(changes: Partial<QueryCommandInput>): Promise<unknown> {
    const request = withNames({ TableName, KeyConditionExpression: "pk = :x", ...changes });
    return client.send(new QueryCommand(request));
  }

  function scan(FilterExpression: string): Promise<unknown> {
    return client.send(new ScanCommand(withNames({ TableName, FilterExpression })));
  }

  function update(changes: Partial<UpdateItemCommandInput>): Promise<unknown> {
    return client.send(new UpdateItemCommand(withNames({ TableName, Key: KEY, ...changes })));
  }

  function transact(changes: { UpdateExpression: string } & Partial<UpdateItemCommandInput>): Promise<unknown> {
    const Update = withNames({ TableName, Key: KEY, ...changes });
    return client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update }] }));
  }

  function put(groupBytes: number, rankBytes = 1): Promise<unknown> {
    const keys = { group: { S: "g".repeat(groupBytes) }, rank: { S: "r".repeat(rankBytes) } };
    return client.send(new PutItemCommand({ TableName, Item: { ...KEY, ...keys } }));
  }
});

function keySchema(hash: string, range: string): CreateTableCommandInput["KeySchema"] {
  return [
    { AttributeName: hash, KeyType: "HASH" },
    { AttributeName: range, KeyType: "RANGE" },
  ];
}

/** Adds the names and the value that the request's expressions use. */
function withNames<T extends object>(request: T): T {
  const all = { "#b": "b", "#b2": "b2", "#group": "group", "#r": "rank", "#s": "status" };
  const used = Object.entries(all).filter(([alias]) => new RegExp(`${alias}\\b`).test(JSON.stringify(request)));
  const names = used.length > 0 && { ExpressionAttributeNames: Object.fromEntries(used) };
  return { ExpressionAttributeValues: { ":x": VALUE }, ...names, ...request };
}

function overlap(one: string, two: string): string {
  return (
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; " +
    `path one: ${one}, path two: ${two}`
  );
}

function keyInFilter(name: string): string {
  return `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`;
}

function tooLong(name: string, actual: number, limit: number): string {
  return (
    `One or more parameter values were invalid: Size limit exceeded for Index Key ${name} ` +
    `Actual Size: ${actual} bytes Max Size: ${limit} bytes IndexName: byGroup`
  );
}
