import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import { toFullOrder } from "../../domain/contract/response-bodies.ts";
import type { Order } from "../../domain/order.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { toItem } from "../../store/items.ts";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { setEventSource } from "../support/functions.ts";
import { logLines } from "../support/logs.ts";
import { mailsTo } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { deadLetters, messageCount } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";
import { useStepFaults } from "../support/step-faults.ts";
import { TestTable } from "../support/table.ts";
import { useEventProbe } from "../support/topic-probes.ts";
import { LARGEST_CATALOGUE, LARGEST_HEADERS, LARGEST_ORDER } from "./largest-order.ts";

// Sources: the quotas in the guides of DynamoDB, SNS, SQS, Step Functions and Lambda.
const MAX_ITEM_BYTES = 400 * 1_024;
const MAX_MESSAGE_BYTES = 256 * 1_024;
const MAX_INPUT_BYTES = 256 * 1_024;
const MAX_RESPONSE_BYTES = 6 * 1_024 * 1_024;

const CONCURRENT_BATCHES = 2;

describe("At the limits", () => {
  // Enough that orders waiting for the payment provider don't block others, as on AWS.
  const stack = useLocalStack({ queueConcurrency: String(CONCURRENT_BATCHES) }, { maxConcurrentExecutions: 50 });
  const probe = useEventProbe(stack);
  const faults = useStepFaults(stack);
  before(() => stockCatalogue(stack().backOffice));

  it("the largest possible order is completed, reported, listed and cancelled, within AWS's size limits", async () => {
    await stockCatalogue(stack().backOffice, LARGEST_CATALOGUE);
    const orderId = await placeOrder(stack().storefront, LARGEST_ORDER, LARGEST_HEADERS);
    faults.plan(orderId);

    await probe.reached(orderId, "COMPLETED");
    await stack().backOffice.post(`/orders/${orderId}/cancel`, {});
    await probe.reached(orderId, "CANCELLED");

    const { order, charge } = await TestTable.of(stack()).records(orderId);
    expect(order.items).to.have.lengthOf(50);
    expect(charge).to.include({ charges: 1, refunds: 1 });
    expect(bytesOf(toItem(order)), "the item").to.be.below(MAX_ITEM_BYTES / 4);
    for (const event of probe.of(orderId)) expect(bytesOf(event), "an event").to.be.below(MAX_MESSAGE_BYTES / 100);
    expect(await longestInput(orderId), "an input").to.be.below(MAX_INPUT_BYTES / 100);
    const mails = await eventually(async () => {
      const mails = await mailsTo(String(LARGEST_ORDER.customerEmail), stack());
      expect(mails).to.have.lengthOf(3);
      return mails;
    });
    for (const { BodyText } of mails)
      expect(BodyText.match(/1000 × 😀{200}: \$999,999,990\.00/gu)).to.have.lengthOf(50);
    expect(await deadLetters(stack())).to.deep.equal([]);
    const { body } = await stack().backOffice.get("/orders?limit=100");
    expect(body.orders.map((each: { orderId: string }) => each.orderId)).to.include(orderId);
    expect(pageBytes(order), "a page of such orders").to.be.below(MAX_RESPONSE_BYTES);
  });

  it("an unresponsive payment provider delays neither reads nor new orders", async () => {
    const slow = await placeAll(8);
    for (const orderId of slow) faults.plan(orderId, { "charge-payment": "pause before" });
    const [first = "", second = ""] = slow;
    await faults.paused(first, "charge-payment");
    await faults.paused(second, "charge-payment");

    const limit = pLimit(3);
    const reads = Array.from({ length: 20 }, () => [
      () => stack().storefront.get(`/orders/${first}`),
      () => stack().storefront.get("/products"),
      () => stack().backOffice.get("/orders?status=PROCESSING"),
    ]);
    const responses = await Promise.all(reads.flat().map(limit));
    const [another = ""] = await placeAll(1);

    for (const { status } of responses) expect(status).to.equal(200);
    expect((await stack().storefront.get(`/orders/${first}`)).body.status, "still waiting").to.equal("PROCESSING");
    faults.plan(another);
    for (const orderId of slow) faults.resume(orderId, "charge-payment");
    for (const orderId of [...slow, another]) await probe.reached(orderId, "COMPLETED");
  });

  it(`a backlog is processed in at most ${CONCURRENT_BATCHES} concurrent batches`, async () => {
    await setEventSource("start-fulfilment", false, stack());
    const backlog = await placeAll(40);
    const queue = stack().outputs.orderQueueUrl ?? "";
    await eventually(async () => expect(await messageCount(queue, stack())).to.equal(backlog.length));

    await setEventSource("start-fulfilment", true, stack());
    for (const orderId of backlog) faults.plan(orderId);
    await eventually(async () => expect(await messageCount(queue, stack())).to.equal(0));

    const lines = (await logLines(stack())).filter(({ service }) => service.includes("start-fulfilment"));
    const started = lines.filter(({ orderId }) => backlog.includes(orderId ?? ""));
    expect(started).to.have.lengthOf(backlog.length);
    expect(maxConcurrency(started)).to.be.within(1, CONCURRENT_BATCHES);
  });

  function placeAll(count: number): Promise<string[]> {
    const limit = pLimit(3);
    return Promise.all(Array.from({ length: count }, () => limit(() => placeOrder(stack().storefront))));
  }

  /** Bytes of the longest input of an order's executions. */
  async function longestInput(orderId: string): Promise<number> {
    const sfn = new SFNClient(stack().awsClient);
    const own = (await new Executions(stack()).list()).filter(({ name = "" }) => name.startsWith(orderId));
    const described = await Promise.all(
      own.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
    );
    return Math.max(...described.map(({ input = "" }) => Buffer.byteLength(input)));
  }
});

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Bytes of a function's response with a full page of such orders: its body is JSON within JSON. */
function pageBytes(order: Order): number {
  const orders = Array.from({ length: MAX_LIMIT }, () => toFullOrder(order));
  return bytesOf({ statusCode: 200, body: JSON.stringify({ orders }) });
}

/** The highest number of overlapping invocations, derived from their log lines. */
function maxConcurrency(lines: { function_request_id?: string; timestamp: string; durationMs?: number }[]): number {
  const invocations = new Map<string, { start: number; end: number }>();
  for (const { function_request_id: id = "", timestamp, durationMs = 0 } of lines) {
    const end = Date.parse(timestamp);
    const known = invocations.get(id) ?? { start: end - durationMs, end };
    invocations.set(id, { start: Math.min(known.start, end - durationMs), end: Math.max(known.end, end) });
  }
  const all = [...invocations.values()];
  return Math.max(...all.map(({ start }) => all.filter((other) => other.start <= start && start < other.end).length));
}
