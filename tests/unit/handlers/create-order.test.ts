import { BatchGetItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import type { PlaceOrder } from "../../../domain/contract/order-request.ts";
import { fingerprint } from "../../../domain/idempotency.ts";
import { handler } from "../../../handlers/create-order.ts";
import { db } from "../../../handlers/lib/db.ts";
import { fromItem, toItem } from "../../../store/items.ts";
import { MAX_ATTEMPTS } from "../../../store/transactions.ts";
import { metricsIn, useCapturedLogs } from "../../support/logs.ts";
import { CONFLICT, cancelled, PASSED, REFUSED } from "../store/cancelled-transactions.ts";

const ORDER: PlaceOrder = { customerEmail: "jo@example.com", items: [{ productId: "PROD-001", quantity: 2 }] };
const MOUSE = toItem({ pk: "PRODUCTS", sk: "PROD-001", name: "Mouse", priceMinor: 2999, stock: 5, version: 1 });
const WITH_KEY = { headers: { "Idempotency-Key": "cart-17" } };

/** What can't be seen from outside: DynamoDB when it is busy, in conflict, or loses an answer. */
describe("Creating an order when DynamoDB is in the way", () => {
  const printed = useCapturedLogs();
  const database = mockClient(db.client);

  before(() => {
    process.env.ORDERS_TABLE = "orders";
    process.env.LIST_SHARDS = "1";
    process.env.CURRENCY = "USD";
    process.env.SMS_COUNTRIES = '["US"]';
  });

  beforeEach(() => {
    database.reset();
    database.on(BatchGetItemCommand).resolves({ Responses: { orders: [MOUSE] } });
    database.on(TransactWriteItemsCommand).resolves({});
  });

  after(() => database.restore());

  it("writes order, event and idempotency record in one transaction that is safe to send twice", async () => {
    const answer = await handler({ ...WITH_KEY, body: ORDER });

    const [write, ...more] = database.commandCalls(TransactWriteItemsCommand);
    const { TransactItems = [], ClientRequestToken } = write?.args[0].input ?? {};
    expect(answer.statusCode).to.equal(201);
    expect(more).to.deep.equal([]);
    expect(TransactItems.map(({ Put }) => Put?.Item?.sk?.S)).to.deep.equal(["ORDER", "EVENT#000001", "IDEMPOTENCY"]);
    expect(ClientRequestToken).to.equal(JSON.parse(answer.body).orderId);
  });

  it("remembers nothing of a request without a key", async () => {
    await handler({ body: ORDER });

    const { TransactItems = [] } = database.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input ?? {};
    expect(TransactItems.map(({ Put }) => Put?.Item?.sk?.S)).to.deep.equal(["ORDER", "EVENT#000001"]);
  });

  it("keeps events out of the customers' index", async () => {
    await handler({ body: { ...ORDER, customerId: "CUST-12345" } });

    const { TransactItems = [] } = database.commandCalls(TransactWriteItemsCommand)[0]?.args[0].input ?? {};
    const indexed = TransactItems.filter(({ Put }) => Put?.Item?.customerId && Put.Item.orderId);
    expect(indexed.map(({ Put }) => Put?.Item?.sk?.S)).to.deep.equal(["ORDER"]);
  });

  it("tries a conflict again, and succeeds when it is over", async () => {
    database
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(PASSED, PASSED, CONFLICT))
      .resolves({});

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(201);
    expect(database.commandCalls(TransactWriteItemsCommand)).to.have.length(2);
  });

  it("answers 409 with Retry-After when the conflict lasts", async () => {
    database.on(TransactWriteItemsCommand).rejects(cancelled(PASSED, PASSED, CONFLICT));

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(409);
    expect(answer.headers).to.include({ "Retry-After": "1" });
    expect(database.commandCalls(TransactWriteItemsCommand)).to.have.length(MAX_ATTEMPTS);
  });

  it("answers 503 with Retry-After when the transaction stays throttled", async () => {
    database.on(TransactWriteItemsCommand).rejects(cancelled({ Code: "ThrottlingError" }, PASSED, PASSED));

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(503);
    expect(answer.headers).to.include({ "Retry-After": "1" });
  });

  it("gives the answer of the other request when that was faster", async () => {
    const first = { message: "first", orderId: "the-first" };
    const record = { fingerprint: fingerprint(ORDER), orderId: "the-first", response: JSON.stringify(first) };
    const lost = { ...REFUSED, Item: toItem({ ...record, expiresAt: 9_999_999_999 }) };
    database.on(TransactWriteItemsCommand).rejects(cancelled(PASSED, PASSED, lost));

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(201);
    expect(JSON.parse(answer.body)).to.deep.equal(first);
    expect(answer.headers).to.include({ "Idempotent-Replayed": "true", Location: "orders/the-first" });
    expect(metricsIn(printed())).to.deep.equal({});
  });

  it("refuses the key when the faster request had another body", async () => {
    const record = { fingerprint: "another", orderId: "the-first", response: "{}", expiresAt: 9_999_999_999 };
    const lost = { ...REFUSED, Item: toItem(record) };
    database.on(TransactWriteItemsCommand).rejects(cancelled(PASSED, PASSED, lost));

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(422);
  });

  it("takes its own order for written when the answer to an earlier attempt was lost", async () => {
    database
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(CONFLICT, PASSED, PASSED))
      .rejects(cancelled(REFUSED, REFUSED, REFUSED));

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(201);
    expect(answer.headers).not.to.have.property("Idempotent-Replayed");
    expect(metricsIn(printed())).to.deep.equal({ OrdersCreated: 1, OrderValue: 59.98 });
  });

  it("finds its own order rather than the record of it, when both are being written by an attempt of its own", async () => {
    const record = { fingerprint: fingerprint(ORDER), orderId: "its-own", response: "{}", expiresAt: 9_999_999_999 };
    const claim = { ...REFUSED, Item: toItem(record) };
    database
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled(CONFLICT, PASSED, claim))
      .rejects(cancelled(REFUSED, REFUSED, claim));

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(201);
    expect(answer.headers).not.to.have.property("Idempotent-Replayed");
    expect(metricsIn(printed())).to.deep.equal({ OrdersCreated: 1, OrderValue: 59.98 });
  });

  it("answers 500 when the transaction is cancelled for good", async () => {
    database.on(TransactWriteItemsCommand).rejects(cancelled({ Code: "ValidationError" }, PASSED, PASSED));

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(500);
    expect(database.commandCalls(TransactWriteItemsCommand)).to.have.length(1);
  });

  it("reads again what a batch left out", async () => {
    const left = { orders: { Keys: [toItem({ pk: "PRODUCTS", sk: "PROD-001" })] } };
    database
      .on(BatchGetItemCommand)
      .resolvesOnce({ Responses: { orders: [] }, UnprocessedKeys: left })
      .resolves({ Responses: { orders: [MOUSE] } });

    const answer = await handler({ body: ORDER });

    const reads = database.commandCalls(BatchGetItemCommand);
    expect(answer.statusCode).to.equal(201);
    expect(reads.map(({ args }) => args[0].input.RequestItems)[1]).to.deep.equal(left);
  });

  it("answers 503 rather than calling a product unknown when the batch stays incomplete", async () => {
    const left = { orders: { Keys: [toItem({ pk: "PRODUCTS", sk: "PROD-001" })] } };
    database.on(BatchGetItemCommand).resolves({ Responses: { orders: [] }, UnprocessedKeys: left });

    const answer = await handler({ body: ORDER });

    expect(answer.statusCode).to.equal(503);
    expect(database.commandCalls(TransactWriteItemsCommand)).to.have.length(0);
  });

  it("asks for each product once, and for what is there after the last write", async () => {
    const items = ["PROD-001", "PROD-001"].map((productId) => ({ productId, quantity: 1 }));

    await handler({ ...WITH_KEY, body: { ...ORDER, items } });

    const { orders } = database.commandCalls(BatchGetItemCommand)[0]?.args[0].input.RequestItems ?? {};
    const keys = (orders?.Keys ?? []).map((key) => fromItem<{ pk: string; sk: string }>(key));
    expect(orders?.ConsistentRead).to.equal(true);
    expect(keys.map(({ sk }) => sk)).to.deep.equal(["PROD-001", "IDEMPOTENCY"]);
    expect(keys[1]?.pk, "the key itself is not stored").to.match(/^IDEMPOTENCY#backoffice#[0-9a-f]{64}$/);
  });

  it("forgets a key that has expired, though DynamoDB may not have deleted it yet", async () => {
    const id = { pk: `IDEMPOTENCY#backoffice#${"0".repeat(64)}`, sk: "IDEMPOTENCY" };
    const expired = toItem({ ...id, fingerprint: "another", orderId: "old", response: "{}", expiresAt: 1 });
    database.on(BatchGetItemCommand).callsFake(({ RequestItems }) => {
      const [, claim] = RequestItems.orders.Keys;
      return { Responses: { orders: [MOUSE, { ...expired, ...claim }] } };
    });

    const answer = await handler({ ...WITH_KEY, body: ORDER });

    expect(answer.statusCode).to.equal(201);
    expect(answer.headers).not.to.have.property("Idempotent-Replayed");
  });
});
