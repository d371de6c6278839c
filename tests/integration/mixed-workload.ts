import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { v7 as uuidv7 } from "uuid";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import { newOrder } from "../../domain/order.ts";
import { indexAttributes, orderKey } from "../../store/orders.ts";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { invoke } from "../support/functions.ts";
import { LAPTOP_STAND, placeOrder, stockCatalogue, whileSellingOut } from "../support/orders.ts";
import type { TestStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";

/** A customer whose data can't be confused with anything else in a log. */
export const CUSTOMER = {
  customerEmail: "ada.lovelace@example.com",
  customerName: "Ada Lovelace",
  customerPhone: "+14155550123",
  shippingAddress: {
    street: "12 St James's Square",
    city: "Marylebone",
    state: "Middlesex",
    zipCode: "SW1Y 4JH",
    country: "GB",
  },
};

const LAST_ONE = { productId: "LAST-ONE", name: "Difference engine", price: 5, stock: 1 };

/** Places orders of one customer that end in every way, sends invalid input, and waits until all orders are final. */
export async function runMixedWorkload(stack: TestStack): Promise<void> {
  const { storefront, backOffice } = stack;
  await stockCatalogue(backOffice, [LAPTOP_STAND, LAST_ONE]);
  const place = (changes = {}) => placeOrder(storefront, { ...CUSTOMER, smsUpdates: true, ...changes });
  const { productId } = LAST_ONE;
  const lateOrder = whileSellingOut(productId, stack, () => place({ items: [{ productId, quantity: 1 }] }));
  const repeated = place();
  const outcomes: [Promise<string>, OrderStatus][] = [
    [repeated, "COMPLETED"],
    [placeOrder(backOffice, { ...CUSTOMER, paymentMethod: "pm_card_chargeDeclined" }), "FAILED"],
    [expire(place({ paymentMethod: "pm_simulated_error_always" }), stack), "FAILED"],
    [lateOrder, "FAILED"],
    [place({ paymentMethod: "pm_simulated_error_1" }), "COMPLETED"],
    [place({ paymentMethod: "pm_simulated_crash_after_charge" }), "COMPLETED"],
    [placeTwice(stack), "COMPLETED"],
    [placeStuck(stack), "COMPLETED"],
    [cancelCompleted(place(), stack), "CANCELLED"],
  ];
  await Promise.all([...outcomes.map(([order, status]) => untilStatus(order, status, stack)), sendInvalidInput(stack)]);
  await repeatWorkflow(await repeated, stack);
}

async function untilStatus(order: Promise<string>, status: OrderStatus, stack: TestStack): Promise<void> {
  const orderId = await order;
  const table = TestTable.of(stack);
  await eventually(async () => expect((await table.records(orderId)).order.status).to.equal(status));
}

/** Sends a request twice with one key, and once more with another body. */
async function placeTwice({ storefront }: TestStack): Promise<string> {
  const body = { ...CUSTOMER, items: [{ productId: LAPTOP_STAND.productId, quantity: 2 }] };
  const key = { "Idempotency-Key": `cart-of-${CUSTOMER.customerEmail}` };
  const responses = [];
  for (const sent of [body, body, { ...body, customerId: "other" }]) {
    responses.push(await storefront.post("/orders", sent, key));
  }
  expect(responses.map(({ status }) => status)).to.deep.equal([201, 201, 422]);
  return responses[0]?.body.orderId;
}

/** An order that only the sweeper finds. */
async function placeStuck(stack: TestStack): Promise<string> {
  const orderId = await insertStuckOrder(stack);
  await invoke("sweep-orders", stack);
  return orderId;
}

/** Inserts an hour-old order without an event, so that its workflow never starts. @returns Its id. */
export async function insertStuckOrder(stack: TestStack): Promise<string> {
  const msecs = Date.now() - 3_600_000;
  const line = { productId: LAPTOP_STAND.productId, quantity: 1 };
  const priced = {
    lines: [{ ...line, name: LAPTOP_STAND.name, unitPriceMinor: 2_999 }],
    totalMinor: 2_999,
    currency: "USD",
  };
  const order = newOrder(uuidv7({ msecs }), new Date(msecs).toISOString(), { ...CUSTOMER, items: [line] }, priced);
  await TestTable.of(stack).put({ ...orderKey(order.orderId), ...order, ...indexAttributes(order, 0) });
  return order.orderId;
}

/** Lets the deadline of an order that can't be charged come. */
async function expire(order: Promise<string>, stack: TestStack): Promise<string> {
  const table = TestTable.of(stack);
  const orderId = await order;
  await eventually(async () => expect((await table.records(orderId)).charge.tries).to.be.at.least(1));
  await table.expire(orderId);
  await new Executions(stack).start({ orderId });
  return orderId;
}

async function cancelCompleted(order: Promise<string>, stack: TestStack): Promise<string> {
  await untilStatus(order, "COMPLETED", stack);
  await stack.backOffice.post(`/orders/${await order}/cancel`, {});
  return order;
}

async function repeatWorkflow(orderId: string, stack: TestStack): Promise<void> {
  const executions = new Executions(stack);
  const { status } = await executions.untilEnded(await executions.start({ orderId }));
  expect(status).to.equal("SUCCEEDED");
}

/** Invalid requests, messages and records that contain the customer's data. */
async function sendInvalidInput(stack: TestStack): Promise<void> {
  const { storefront, backOffice, outputs, awsClient } = stack;
  const { customerEmail: email, customerName, customerPhone } = CUSTOMER;
  const json = JSON.stringify(CUSTOMER);
  const responses = await Promise.all([
    storefront.post("/orders", json.slice(0, -1)),
    storefront.post("/orders", { ...CUSTOMER, items: [], [customerName]: customerPhone, customerId: [email] }),
    storefront.post(
      "/orders",
      { ...CUSTOMER, items: [{ productId: "NONE", quantity: 1 }] },
      { "X-Correlation-Id": email },
    ),
    storefront.post("/orders", { ...CUSTOMER, items: [{ productId: LAPTOP_STAND.productId, quantity: 1, price: 1 }] }),
    storefront.post("/orders", { ...CUSTOMER, items: [{ productId: LAPTOP_STAND.productId, quantity: 999 }] }),
    backOffice.get(`/orders/${encodeURIComponent(email)}`),
    backOffice.get(`/orders?status=${encodeURIComponent(customerName)}&customerId=${encodeURIComponent(email)}`),
    backOffice.get(`/orders?cursor=${encodeURIComponent(customerPhone)}`),
    backOffice.put(`/products/${encodeURIComponent(email)}`, { name: customerName }),
  ]);
  expect(responses.every(({ status }) => status >= 400 && status < 500)).to.equal(true);
  const MessageAttributes = { type: { DataType: "String", StringValue: "OrderPlaced" } };
  await new SNS(awsClient).publish({ TopicArn: outputs.eventsTopicArn, Message: json, MessageAttributes });
  await new SQS(awsClient).sendMessage({ QueueUrl: outputs.orderQueueUrl, MessageBody: `not JSON: ${json}` });
  await TestTable.of(stack).put({ pk: `ORDER#${uuidv7()}`, sk: "EVENT#000001", event: CUSTOMER });
  const executions = new Executions(stack);
  await executions.untilEnded(await executions.start({ orderId: email }));
}
