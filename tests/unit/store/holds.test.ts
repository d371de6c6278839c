import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import type { Reservation } from "../../../domain/fulfilment.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import { holdUnits } from "../../../store/holds.ts";
import { toItem } from "../../../store/items.ts";
import { reserveStock } from "../../../store/stock.ts";
import type { OrdersTable } from "../../../store/table.ts";

const ORDER_ID = "0192c1a0-0000-7000-8000-000000000001";
const OTHER_ID = "0192c1a0-0000-7000-8000-000000000002";
const LINE = { productId: "MUG", name: "Mug", quantity: 2, unitPriceMinor: 1_000 };
const ORDER: Order = {
  ...newOrder(
    ORDER_ID,
    "2030-01-01T00:00:00.000Z",
    { customerEmail: "jo@example.com", items: [] },
    { lines: [LINE], totalMinor: 2_000, currency: "USD" },
  ),
  status: "PROCESSING",
};

describe("Holding units for an order", () => {
  const db: OrdersTable = { client: new DynamoDBClient({ region: "us-east-1" }), table: "orders", shards: 1 };
  const database = mockClient(db.client);
  const updates = () => database.commandCalls(UpdateItemCommand).map(({ args }) => args[0].input.UpdateExpression);

  beforeEach(() => {
    database.reset();
    database.on(BatchGetItemCommand).resolves({ Responses: { orders: [] } });
    database.on(PutItemCommand).resolves({});
  });

  after(() => database.restore());

  /** The product as it is when an update of it is refused. */
  function refusedWith(stock: number, ...holds: string[]): ConditionalCheckFailedException {
    const Item = toItem({ pk: "PRODUCTS", sk: "MUG", stock, ...(holds.length > 0 && { holds: new Set(holds) }) });
    return new ConditionalCheckFailedException({ $metadata: {}, message: "refused", Item });
  }

  /** The reservations that orders have. */
  function reserved(...reservations: (Reservation & { orderId: string })[]): void {
    const items = reservations.map(({ orderId, ...rest }) => ({ pk: `ORDER#${orderId}`, sk: "RESERVATION", ...rest }));
    database.on(BatchGetItemCommand).resolves({ Responses: { orders: items.map(toItem) } });
  }

  it("uses what an earlier attempt for it took, instead of calling the product out of stock", async () => {
    const earlier = `${ORDER_ID}/abc123/2`;
    database.on(UpdateItemCommand).rejects(refusedWith(0, earlier));

    const result = await reserveStock(db, ORDER, undefined);

    const [put] = database.commandCalls(PutItemCommand);
    expect(result).to.deep.equal({ outcome: "RESERVED" });
    expect(put?.args[0].input.Item?.holds).to.deep.equal({ L: [{ S: earlier }] });
  });

  it("finds it reserved, by another execution that took the last units", async () => {
    database.on(UpdateItemCommand).rejects(refusedWith(0));
    reserved({ orderId: ORDER_ID, status: "RESERVED", holds: [`${ORDER_ID}/abc123/2`] });

    expect(await reserveStock(db, ORDER, undefined)).to.deep.equal({ outcome: "RESERVED" });
  });

  it("gives back what is held for no order before it calls the product out of stock", async () => {
    const lost = `${OTHER_ID}/abc123/2`;
    database
      .on(UpdateItemCommand)
      .rejectsOnce(refusedWith(1, lost))
      .resolvesOnce({})
      .resolves({ Attributes: toItem({ stock: 1, holds: new Set([`${ORDER_ID}/def456/2`]) }) });
    reserved({ orderId: OTHER_ID, status: "RELEASED" });

    const held = await holdUnits(db, ORDER_ID, LINE);

    expect(held?.productId).to.equal("MUG");
    expect(updates()).to.deep.equal([
      "ADD stock :taken, movements :move, holds :hold",
      "ADD stock :units, movements :move DELETE holds :hold",
      "ADD stock :taken, movements :move, holds :hold",
    ]);
  });

  it("leaves alone what is held for an order that is being reserved", async () => {
    database.on(UpdateItemCommand).rejects(refusedWith(0, `${OTHER_ID}/abc123/2`));

    expect(await holdUnits(db, ORDER_ID, LINE)).to.equal(undefined);
    expect(updates()).to.have.length(1);
  });

  it("gives back what it took when another execution was faster", async () => {
    const won = `${ORDER_ID}/abc123/2`;
    database.on(UpdateItemCommand).callsFake(({ ExpressionAttributeValues }) => ({
      Attributes: { stock: { N: "1" }, holds: { SS: [won, ...(ExpressionAttributeValues[":hold"]?.SS ?? [])] } },
    }));
    const winner = toItem({ status: "RESERVED", items: [], holds: [won] });
    const failure = new ConditionalCheckFailedException({ $metadata: {}, message: "refused", Item: winner });
    database.on(PutItemCommand).rejects(failure);
    reserved({ orderId: ORDER_ID, status: "RESERVED", holds: [won] });

    const result = await reserveStock(db, ORDER, undefined);

    expect(result).to.deep.equal({ outcome: "RESERVED" });
    expect(updates()).to.deep.equal([
      "ADD stock :taken, movements :move, holds :hold",
      "ADD stock :units, movements :move DELETE holds :hold",
    ]);
  });
});

describe("An update that takes units", () => {
  let server: Server;
  let requests: number;
  let answers: { status: number; type: string }[];
  let db: OrdersTable;

  before("start a service that fails", async () => {
    server = createServer((_, response) => {
      const { status, type } = answers[requests++] ?? { status: 500, type: "InternalServerError" };
      response.writeHead(status, { "Content-Type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ __type: type }));
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = new DynamoDBClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 2 });
    db = { client, table: "orders", shards: 1 };
  });

  beforeEach(() => {
    requests = 0;
  });

  after(() => {
    db.client.destroy();
    server.close();
  });

  it("is not sent again when nobody knows whether it took them", async () => {
    answers = [];

    const error = await holdUnits(db, ORDER_ID, LINE).catch((error: Error) => error);

    expect(error)
      .to.be.instanceOf(Error)
      .with.property("message")
      .that.matches(/unknown whether/);
    expect(requests).to.equal(1);
  });

  it("is sent again when it was throttled", async () => {
    const throttled = { status: 400, type: "ProvisionedThroughputExceededException" };
    answers = [throttled, throttled];

    const error = await holdUnits(db, ORDER_ID, LINE).catch((error: Error) => error);

    expect(error).to.have.property("name", "ProvisionedThroughputExceededException");
    expect(requests).to.equal(2);
  });
});
