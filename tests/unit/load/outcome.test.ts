import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BatchGetItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import { observe } from "../../../load/outcome.ts";
import { type Stack, stackOf } from "../../../stacks/stack.ts";
import { partKey } from "../../../store/fulfilment.ts";

const TABLE = "orders-dev";
const RUN = { id: "load-1", startedAt: new Date() };

/** What can't be seen on a stack that has time for every reader. */
describe("Observing a load test's outcome", () => {
  const database = mockClient(DynamoDBClient);
  let queries: string[];
  let stack: Stack;
  const server = createServer(({ url = "" }, response) => {
    const { pathname, searchParams } = new URL(url, "http://api");
    queries.push(url);
    const orders = [{ orderId: `o-${searchParams.get("cursor") ?? 1}`, customerId: "load-1-c", createdAt: new Date() }];
    const nextCursor = searchParams.has("cursor") ? {} : { nextCursor: "2+/" };
    response.end(JSON.stringify(pathname === "/products" ? { products: [] } : { orders, ...nextCursor }));
  });

  before("serve an API", async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outputs = { apiUrl: url, apiKey: "key", storefrontUrl: url, storefrontKey: "key", ordersTable: TABLE };
    stack = stackOf("dev", outputs, { region: "us-east-1" });
  });
  beforeEach(() => {
    queries = [];
    database.reset();
  });
  after(() => {
    server.close();
    database.restore();
  });

  it("reads every page, and retries keys that a busy table left unprocessed", async () => {
    const left = { [TABLE]: { Keys: [partKey("o-1", "PAYMENT")] } };
    const payment = { ...partKey("o-1", "PAYMENT"), status: { S: "CHARGED" }, amountMinor: { N: "500" } };
    database
      .on(BatchGetItemCommand)
      .resolvesOnce({ UnprocessedKeys: left })
      .resolvesOnce({ UnprocessedKeys: left })
      .resolves({ Responses: { [TABLE]: [payment] } });

    const { orders, paid } = await observe(stack, RUN);

    expect(orders.map(({ orderId }) => orderId)).to.deep.equal(["o-1", "o-2+/"]);
    expect(queries).to.include("/orders?limit=100&cursor=2%2B%2F");
    expect(database.commandCalls(BatchGetItemCommand).map(({ args }) => args[0].input.RequestItems)[2]).to.equal(left);
    expect([...paid]).to.deep.equal([["o-1", 500]]);
  });
});
