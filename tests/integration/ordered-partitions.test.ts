import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { emulatorClient } from "../../stacks/record.ts";

const TableName = "items";
const KEYS = { table: ["pk", "sk"], byRank: ["group", "rank"] } as const;

/** An item of the partition `A`: its sort key in the table, and the one in the index. */
interface Pair {
  sk: string;
  rank: string;
}

interface Question {
  of: keyof typeof KEYS;
  operator: "" | "<" | "<=" | ">" | ">=" | "BETWEEN";
  bounds: [string, string];
  limit: number | undefined;
  isForward: boolean;
}

const text = fc.stringMatching(/^[ab]{1,3}$/);
const question: fc.Arbitrary<Question> = fc.record({
  of: fc.constantFrom("table" as const, "byRank" as const),
  operator: fc.constantFrom(...(["", "<", "<=", ">", ">=", "BETWEEN"] as const)),
  bounds: fc.tuple(text, text).map(([a, b]) => (a < b ? [a, b] : [b, a]) as [string, string]),
  limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  isForward: fc.boolean(),
});
const step = fc.oneof(
  fc.record({ put: fc.record({ sk: text, rank: text }) }),
  fc.record({ remove: text }),
  fc.record({ ask: question }),
);

describe("The emulator's DynamoDB, which reads only a page of a partition", () => {
  let folder: string;
  let emulator: Emulator;
  let client: DynamoDBClient;

  before("start an emulator", async () => {
    folder = mkdtempSync(join(tmpdir(), "orders-partitions-"));
    emulator = await startEmulator({ logFile: join(folder, "emulator.log") });
    client = new DynamoDBClient(emulatorClient({ region: "us-east-1" }, emulator.endpoint));
    const schema = ([hash, range]: readonly [string, string]) => [
      { AttributeName: hash, KeyType: "HASH" as const },
      { AttributeName: range, KeyType: "RANGE" as const },
    ];
    const names = Object.values(KEYS).flat();
    const table = {
      TableName,
      BillingMode: "PAY_PER_REQUEST" as const,
      KeySchema: schema(KEYS.table),
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
      GlobalSecondaryIndexes: [
        { IndexName: "byRank", KeySchema: schema(KEYS.byRank), Projection: { ProjectionType: "ALL" as const } },
      ],
    };
    await client.send(new CreateTableCommand(table));
  });

  after("stop the emulator", async () => {
    client?.destroy();
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("finds what is there, in order, page by page, while items come and go", async () => {
    let last = 0;
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const partition = `A${++last}`;
      const items = new Map<string, Pair>();
      for (const each of steps) {
        if ("put" in each) await put(partition, items, each.put);
        else if ("remove" in each) await remove(partition, items, each.remove);
        else expect(await answer(partition, each.ask)).to.deep.equal(expected(items, each.ask));
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  async function put(partition: string, items: Map<string, Pair>, item: Pair): Promise<void> {
    const { sk, rank } = item;
    // Equal ranks are in an order of the emulator's own.
    if ([...items.values()].some((other) => other.rank === rank && other.sk !== sk)) return;
    const Item = { pk: { S: partition }, group: { S: partition }, sk: { S: sk }, rank: { S: rank } };
    await client.send(new PutItemCommand({ TableName, Item }));
    items.set(sk, item);
  }

  async function remove(partition: string, items: Map<string, Pair>, sk: string): Promise<void> {
    await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: partition }, sk: { S: sk } } }));
    items.delete(sk);
  }

  /** All pages. */
  async function answer(partition: string, { of, operator, bounds, limit, isForward }: Question): Promise<string[]> {
    const [low, high] = bounds;
    const values = { ":p": { S: partition }, ...(operator && { ":a": { S: low } }) };
    const range = operator === "BETWEEN" ? "BETWEEN :a AND :b" : `${operator} :a`;
    const pages = paginateQuery(
      { client },
      {
        TableName,
        ...(of !== "table" && { IndexName: of }),
        KeyConditionExpression: `#hash = :p${operator && ` AND #range ${range}`}`,
        ExpressionAttributeNames: { "#hash": KEYS[of][0], ...(operator && { "#range": KEYS[of][1] }) },
        ExpressionAttributeValues: { ...values, ...(operator === "BETWEEN" && { ":b": { S: high } }) },
        ScanIndexForward: isForward,
        Limit: limit,
      },
    );
    const found: string[] = [];
    for await (const { Items = [] } of pages) {
      if (limit !== undefined) expect(Items).to.have.lengthOf.at.most(limit);
      found.push(...Items.map((item) => item[KEYS[of][1]]?.S ?? ""));
    }
    return found;
  }
});

function expected(items: Map<string, Pair>, { of, operator, bounds, isForward }: Question): string[] {
  const [low, high] = bounds;
  const fits: Record<Question["operator"], (key: string) => boolean> = {
    "": () => true,
    "<": (key) => key < low,
    "<=": (key) => key <= low,
    ">": (key) => key > low,
    ">=": (key) => key >= low,
    BETWEEN: (key) => key >= low && key <= high,
  };
  const keys = [...items.values()].map(({ sk, rank }) => (of === "table" ? sk : rank)).filter(fits[operator]);
  return isForward ? keys.toSorted() : keys.toSorted().reverse();
}
