import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import { toFullOrder } from "../../domain/contract/responses.ts";
import type { Order } from "../../domain/order.ts";
import { MAX_LIMIT } from "../../domain/quantities.ts";
import { toItem } from "../../store/items.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { useEventProbe } from "../support/event-probe.ts";
import { setDelivery } from "../support/event-source-mappings.ts";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { useFaults } from "../support/faults.ts";
import { logLines } from "../support/logs.ts";
import { mailsTo } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { deadLetters, messageCount } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";
import { LARGEST_CATALOGUE, LARGEST_KEY, LARGEST_ORDER } from "./largest-order.ts";

/** Bytes. Sources: the quotas in the guides of DynamoDB, SNS, SQS, Step Functions and Lambda. */
const MAX_ITEM = 400 * 1_024;
const MAX_MESSAGE = 256 * 1_024;
const MAX_INPUT = 256 * 1_024;
const MAX_ANSWER = 6 * 1_024 * 1_024;

const BATCHES_AT_ONCE = 2;

describe("At the limits", function () {
  this.timeout(120_000);
  // Orders that wait for their provider leave room for others, as they do on AWS.
  const stack = useLocalStack({ queueConcurrency: String(BATCHES_AT_ONCE) }, { executionsAtOnce: 50 });
  const probe = useEventProbe(stack);
  const faults = useFaults(stack);
  before(() => stockCatalogue(stack().backOffice));

  it("the largest order that there can be is fulfilled, told of, listed and undone, within AWS's sizes", async () => {
    await stockCatalogue(stack().backOffice, LARGEST_CATALOGUE);
    const orderId = await placeOrder(stack().storefront, LARGEST_ORDER, LARGEST_KEY);
    faults.plan(orderId);

    await probe.reached(orderId, "COMPLETED", 60);
    await stack().backOffice.post(`/orders/${orderId}/cancel`, {});
    await probe.reached(orderId, "CANCELLED", 60);

    const { order, charge } = await new DeployedTable(stack()).story(orderId);
    expect(order.items).to.have.lengthOf(50);
    expect(charge).to.include({ charges: 1, refunds: 1 });
    expect(bytesOf(toItem(order)), "the item").to.be.below(MAX_ITEM / 4);
    for (const event of probe.of(orderId)) expect(bytesOf(event), "an event").to.be.below(MAX_MESSAGE / 100);
    expect(await longestInput(orderId), "an input").to.be.below(MAX_INPUT / 100);
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
    expect(listed(order), "a page of them").to.be.below(MAX_ANSWER);
  });

  it("a payment provider that doesn't answer holds up no reader and no new order", async () => {
    const slow = await placeAll(8);
    for (const orderId of slow) faults.plan(orderId, { "charge-payment": "pause before" });
    const [first = "", second = ""] = slow;
    await faults.paused(first, "charge-payment");
    await faults.paused(second, "charge-payment");

    const atOnce = pLimit(3);
    const reads = Array.from({ length: 20 }, () => [
      () => stack().storefront.get(`/orders/${first}`),
      () => stack().storefront.get("/products"),
      () => stack().backOffice.get("/orders?status=PROCESSING"),
    ]);
    const answers = await Promise.all(reads.flat().map(atOnce));
    const [another = ""] = await placeAll(1);

    for (const { status } of answers) expect(status).to.equal(200);
    expect((await stack().storefront.get(`/orders/${first}`)).body.status, "still waiting").to.equal("PROCESSING");
    faults.plan(another);
    for (const orderId of slow) faults.resume(orderId, "charge-payment");
    for (const orderId of [...slow, another]) await probe.reached(orderId, "COMPLETED", 60);
  });

  it(`a backlog is taken on by no more than ${BATCHES_AT_ONCE} batches at once`, async () => {
    await setDelivery("start-fulfilment", false, stack());
    const backlog = await placeAll(40);
    const queue = stack().outputs.orderQueueUrl ?? "";
    await eventually(async () => expect(await messageCount(queue, stack())).to.equal(backlog.length));

    await setDelivery("start-fulfilment", true, stack());
    for (const orderId of backlog) faults.plan(orderId);
    await eventually(async () => expect(await messageCount(queue, stack())).to.equal(0));

    const lines = (await logLines(stack())).filter(({ service }) => service.includes("start-fulfilment"));
    const started = lines.filter(({ orderId }) => backlog.includes(orderId ?? ""));
    expect(started).to.have.lengthOf(backlog.length);
    expect(mostAtOnce(started)).to.be.within(1, BATCHES_AT_ONCE);
  });

  function placeAll(count: number): Promise<string[]> {
    const atOnce = pLimit(3);
    return Promise.all(Array.from({ length: count }, () => atOnce(() => placeOrder(stack().storefront))));
  }

  /** Bytes of the longest input that the workflow was started with for an order. */
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

/** Bytes of a function's answer with a full page of such orders: its body is JSON in JSON. */
function listed(order: Order): number {
  const orders = Array.from({ length: MAX_LIMIT }, () => toFullOrder(order));
  return bytesOf({ statusCode: 200, body: JSON.stringify({ orders }) });
}

/** How many calls of a function worked at the same time at the most, by the lines that they wrote. */
function mostAtOnce(lines: { function_request_id?: string; timestamp: string; durationMs?: number }[]): number {
  const calls = new Map<string, { start: number; end: number }>();
  for (const { function_request_id: id = "", timestamp, durationMs = 0 } of lines) {
    const end = Date.parse(timestamp);
    const call = calls.get(id) ?? { start: end - durationMs, end };
    calls.set(id, { start: Math.min(call.start, end - durationMs), end: Math.max(call.end, end) });
  }
  const all = [...calls.values()];
  return Math.max(...all.map(({ start }) => all.filter((other) => other.start <= start && start < other.end).length));
}
