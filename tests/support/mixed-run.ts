import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { v7 as uuidv7 } from "uuid";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import { newOrder } from "../../domain/order.ts";
import { indexAttributes, orderKey } from "../../store/orders.ts";
import { DeployedTable } from "./deployed-table.ts";
import { eventually } from "./eventually.ts";
import { Executions } from "./executions.ts";
import { invoke } from "./functions.ts";
import { LAPTOP_STAND, placeOrder, stockCatalogue } from "./orders.ts";
import type { TestStack } from "./stack.ts";

/** A customer whose every detail is unlike anything else in a log. */
export const PERSON = {
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

const SOLD_OUT = { productId: "SOLD-OUT", name: "Difference engine", price: 5, stock: 0 };

/** Orders of every kind of end, all of one customer, and much that goes wrong meanwhile. Ends when all is at rest. */
export async function mixedRun(stack: TestStack): Promise<void> {
  const { storefront, backOffice } = stack;
  await stockCatalogue(backOffice, [LAPTOP_STAND, SOLD_OUT]);
  const place = (changes = {}) => placeOrder(storefront, { ...PERSON, ...changes });
  const repeated = place();
  const ends: [Promise<string>, OrderStatus][] = [
    [repeated, "COMPLETED"],
    [place({ paymentMethod: "pm_card_chargeDeclined" }), "FAILED"],
    [place({ paymentMethod: "pm_simulated_error_always" }), "FAILED"],
    [place({ items: [{ productId: SOLD_OUT.productId, quantity: 1 }] }), "FAILED"],
    [place({ paymentMethod: "pm_simulated_error_1" }), "COMPLETED"],
    [place({ paymentMethod: "pm_simulated_crash_after_charge" }), "COMPLETED"],
    [placeTwice(stack), "COMPLETED"],
    [leaveStuck(stack), "COMPLETED"],
    [cancelLate(place(), stack), "CANCELLED"],
  ];
  await Promise.all([...ends.map(([order, status]) => becomes(order, status, stack)), nonsense(stack)]);
  await repeatWorkflow(await repeated, stack);
}

async function becomes(order: Promise<string>, status: OrderStatus, stack: TestStack): Promise<void> {
  const orderId = await order;
  const table = new DeployedTable(stack);
  await eventually(async () => expect((await table.story(orderId)).order.status).to.equal(status), 60);
}

/** One order, though the request comes twice, and a third time with another body. */
async function placeTwice({ storefront }: TestStack): Promise<string> {
  const body = { ...PERSON, items: [{ productId: LAPTOP_STAND.productId, quantity: 2 }] };
  const key = { "Idempotency-Key": `cart-of-${PERSON.customerEmail}` };
  const answers = [];
  for (const sent of [body, body, { ...body, customerId: "other" }]) {
    answers.push(await storefront.post("/orders", sent, key));
  }
  expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 422]);
  return answers[0]?.body.orderId;
}

/** An order whose event never came, until the sweeper finds it. */
async function leaveStuck(stack: TestStack): Promise<string> {
  const orderId = await forgetOrder(stack);
  await invoke("sweep-orders", stack);
  return orderId;
}

/** Leaves an order of an hour ago in the table, whose event never came. @returns Its id. */
export async function forgetOrder(stack: TestStack): Promise<string> {
  const msecs = Date.now() - 3_600_000;
  const line = { productId: LAPTOP_STAND.productId, quantity: 1 };
  const priced = { lines: [{ ...line, name: LAPTOP_STAND.name, unitPriceMinor: 2_999 }], totalMinor: 2_999 };
  const order = newOrder(uuidv7({ msecs }), new Date(msecs).toISOString(), { ...PERSON, items: [line] }, priced);
  await new DeployedTable(stack).put({ ...orderKey(order.orderId), ...order, ...indexAttributes(order, 0) });
  return order.orderId;
}

async function cancelLate(order: Promise<string>, stack: TestStack): Promise<string> {
  await becomes(order, "COMPLETED", stack);
  await stack.backOffice.post(`/orders/${await order}/cancel`, {});
  return order;
}

async function repeatWorkflow(orderId: string, stack: TestStack): Promise<void> {
  const executions = new Executions(stack);
  const { status } = await executions.end(await executions.start({ orderId }));
  expect(status).to.equal("SUCCEEDED");
}

/** Requests, messages and records that nobody can make anything of, full of the customer's data. */
async function nonsense(stack: TestStack): Promise<void> {
  const { storefront, backOffice, outputs, awsClient } = stack;
  const { customerEmail: email, customerName, customerPhone } = PERSON;
  const json = JSON.stringify(PERSON);
  const answers = await Promise.all([
    storefront.post("/orders", json.slice(0, -1)),
    storefront.post("/orders", { ...PERSON, items: [], [customerName]: customerPhone, customerId: [email] }),
    storefront.post(
      "/orders",
      { ...PERSON, items: [{ productId: "NONE", quantity: 1 }] },
      { "X-Correlation-Id": email },
    ),
    storefront.post("/orders", { ...PERSON, items: [{ productId: LAPTOP_STAND.productId, quantity: 1, price: 1 }] }),
    backOffice.get(`/orders/${encodeURIComponent(email)}`),
    backOffice.get(`/orders?status=${encodeURIComponent(customerName)}&customerId=${encodeURIComponent(email)}`),
    backOffice.get(`/orders?cursor=${encodeURIComponent(customerPhone)}`),
    backOffice.put(`/products/${encodeURIComponent(email)}`, { name: customerName }),
  ]);
  expect(answers.every(({ status }) => status >= 400 && status < 500)).to.equal(true);
  const MessageAttributes = { type: { DataType: "String", StringValue: "OrderPlaced" } };
  await new SNS(awsClient).publish({ TopicArn: outputs.eventsTopicArn, Message: json, MessageAttributes });
  await new SQS(awsClient).sendMessage({ QueueUrl: outputs.orderQueueUrl, MessageBody: `not JSON: ${json}` });
  await new DeployedTable(stack).put({ pk: `ORDER#${uuidv7()}`, sk: "EVENT#000001", event: PERSON });
  const executions = new Executions(stack);
  await executions.end(await executions.start({ orderId: email }));
}
