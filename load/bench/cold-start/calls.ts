import { createHash } from "node:crypto";
import Stripe from "stripe";
import { statusEvent } from "../../../domain/events.ts";
import type { OrderStatus } from "../../../domain/lifecycle.ts";
import type { Order } from "../../../domain/order.ts";
import { signOrderToken } from "../../../domain/order-token.ts";
import { eventItem } from "../../../store/events.ts";
import { toItem } from "../../../store/items.ts";
import { orderItem } from "../../../store/orders.ts";
import { ORDER } from "../orders.ts";

/** A function's first call: its event, and AWS's response to each operation that it may call. */
export interface Call {
  event: unknown;
  responses: Record<string, string>;
}

/** Environment variables of all functions; none of the addresses is ever called. */
export const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_LAMBDA_FUNCTION_NAME: "cold-start",
  AWS_REGION: "us-east-1",
  AWS_SECRET_ACCESS_KEY: "test",
  BACKLOG_SECONDS: "0",
  BRAND: '{"shopName":"Everyday Supply","color":"#1d5c45"}',
  CURRENCY: "USD",
  DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/dead-letters",
  EVENTS_TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:events",
  FAILURE_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/failures",
  LIST_SHARDS: "1",
  MAIL_FROM: "orders@example.com",
  MESSAGE_INTERVAL_MS: "0",
  ORDER_DEADLINE_HOURS: "24",
  ORDERS_TABLE: "orders",
  PAYMENT_DEADLINE_MINUTES: "30",
  PAYMENT_GATEWAY: "simulated",
  PAYMENT_TRIES: "5",
  POWERTOOLS_SERVICE_NAME: "cold-start",
  QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/customers",
  SIGNING_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:000000000000:secret:signing",
  SITE_URL: "https://shop.example.com/",
  SMS_COUNTRIES: "[]",
  STACK: "orders/bench",
  STAGE: "bench",
  STRIPE_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:000000000000:secret:stripe",
  STATE_MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:fulfilment",
  STUCK_AFTER_SECONDS: "900",
  WEBHOOK_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:000000000000:secret:webhook",
};

const AT = "2026-01-15T10:30:00.000Z";

/** The first call of a handler. It takes the handler's normal path, not an error's. */
export function callOf(handler: string): Call {
  const first = FIRSTS[handler];
  if (!first) throw new Error(`${handler} has no first event; add one to load/bench/cold-start/calls.ts.`);
  const { event, status = "PROCESSING", reads = "fulfilment" } = first;
  return { event, responses: responsesOf(orderIn(status), reads) };
}

/** A handler's first event, its order's status, and what a query finds. */
interface First {
  event: object;
  status?: OrderStatus;
  reads?: "fulfilment" | "orders" | "products" | "charged";
}

const SIGNING_SECRETS = { current: "secret" };
const order = orderIn("PENDING");
const { orderId } = order;
const TOKEN = signOrderToken(orderId, Date.now(), SIGNING_SECRETS);
const placed = statusEvent(order, "correlation");
const inApi = { requestContext: { requestId: "1" }, stageVariables: { audience: "backoffice" }, headers: {} };
const ofOrder = { ...inApi, pathParameters: { orderId } };
const message = { Records: [{ messageId: "1", body: JSON.stringify(placed), messageAttributes: {} }] };
const step = { orderId, correlationId: "correlation" };
const charge = { step: "charge-payment", input: step, taskToken: "token" };
const payment = { Records: [{ messageId: "1", body: JSON.stringify(charge), messageAttributes: {} }] };

const CHARGE = { id: "ch_1", object: "charge", payment_intent: "pi_1" };
const report = { eventId: "evt_1", type: "charge.refunded", intentId: "pi_1" };

const FIRSTS: Record<string, First> = {
  "begin-order": { event: step, status: "PENDING" },
  "book-stock": {
    event: { ...inApi, httpMethod: "GET", pathParameters: { productId: "PROD-001" } },
    reads: "products",
  },
  "cancel-order": { event: ofOrder },
  "complete-order": { event: step },
  "create-order": { event: { ...inApi, headers: { "Idempotency-Key": "1" }, body: ORDER } },
  "end-order": { event: step },
  "get-order": { event: ofOrder },
  "list-orders": { event: { ...inApi, queryStringParameters: { status: "PROCESSING" } }, reads: "orders" },
  "list-products": { event: inApi, reads: "products" },
  "notify-customer": { event: message },
  "pay-order": { event: { ...ofOrder, headers: { "Idempotency-Key": "1", "X-Order-Token": TOKEN }, body: "{}" } },
  "process-payments": { event: payment },
  // One that was handled before: another one asks Stripe.
  "process-webhooks": { event: { Records: [{ messageId: "1", body: JSON.stringify(report), messageAttributes: {} }] } },
  "publish-events": { event: { Records: [{ eventID: "1", dynamodb: { NewImage: eventItem(placed) } }] } },
  "put-product": {
    event: { ...inApi, pathParameters: { productId: "PROD-001" }, body: '{"name":"A","price":1}' },
    reads: "products",
  },
  get "receive-webhook"() {
    const payload = JSON.stringify({ id: "evt_1", object: "event", type: "charge.refunded", data: { object: CHARGE } });
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: "secret" });
    return { event: { ...inApi, headers: { "Stripe-Signature": signature }, body: payload } };
  },
  // Of no time at all: Stripe isn't asked.
  "reconcile-payments": { event: { from: 0, to: 0 } },
  "refund-order": {
    event: { ...ofOrder, headers: { "Idempotency-Key": "1" }, body: '{"amount":1,"reason":"Scratched"}' },
    status: "COMPLETED",
    reads: "charged",
  },
  "release-stock": { event: step },
  "reserve-stock": { event: step },
  "start-fulfilment": { event: message },
  "sweep-orders": { event: {}, reads: "orders" },
  "update-order-status": { event: { ...ofOrder, body: '{"status":"SHIPPED"}' }, status: "COMPLETED" },
};

function responsesOf(order: Order, reads: NonNullable<First["reads"]>): Record<string, string> {
  const item = orderItem({ shards: Number(ENVIRONMENT.LIST_SHARDS) }, order);
  const product = { pk: "PRODUCTS", name: "Product", priceMinor: 2_999, stock: 100, version: 1 };
  const products = [
    { ...product, sk: "PROD-001" },
    { ...product, sk: "PROD-002", priceMinor: 4_999 },
  ].map(toItem);
  const payment = {
    sk: "PAYMENT",
    status: "VOIDED",
    amountMinor: 10_997,
    providerId: orderId,
    reason: "PAYMENT_DECLINED",
  };
  const reservation = { sk: "RESERVATION", status: "RELEASED" };
  // Serves as the payment's record and as the simulated provider's.
  const charged = toItem({ status: "CHARGED", amountMinor: 10_997, tries: 1, providerId: orderId });
  const fulfilment = [item, ...[payment, reservation].map(toItem)];
  const found = { fulfilment, orders: [item], products, charged: [charged] };
  const json = {
    BatchGetItem: {
      Responses: { [ENVIRONMENT.ORDERS_TABLE]: reads === "charged" ? [charged] : [...products, item] },
    },
    GetItem: { Item: item },
    GetSecretValue: { SecretString: JSON.stringify(SIGNING_SECRETS) },
    ListExecutions: { executions: [] },
    PutItem: {},
    Query: { Items: found[reads] },
    // The client checks that SQS got the message as it was sent.
    SendMessage: { MessageId: "1", MD5OfMessageBody: createHash("md5").update(JSON.stringify(report)).digest("hex") },
    SendTaskSuccess: {},
    StartExecution: { executionArn: `${ENVIRONMENT.STATE_MACHINE_ARN}:1`, startDate: 1 },
    TransactWriteItems: {},
    UpdateItem: { Attributes: reads === "products" ? products[0] : charged },
  };
  const xml = (operation: string, result: string) =>
    `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
  return {
    ...Object.fromEntries(Object.entries(json).map(([operation, response]) => [operation, JSON.stringify(response)])),
    PublishBatch: xml("PublishBatch", "<Failed/><Successful/>"),
    SendEmail: xml("SendEmail", "<MessageId>1</MessageId>"),
  };
}

function orderIn(status: OrderStatus): Order {
  const line = { name: "Product", quantity: 1, unitPriceMinor: 2_999 };
  return {
    orderId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f36",
    status,
    version: 1,
    items: [
      { ...line, productId: "PROD-001" },
      { ...line, productId: "PROD-002" },
    ],
    totalMinor: 5_998,
    currency: "USD",
    customerEmail: "customer@example.com",
    createdAt: AT,
    updatedAt: AT,
    history: [{ status, at: AT }],
  };
}
