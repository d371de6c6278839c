import { setTimeout as sleep } from "node:timers/promises";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { chunk } from "es-toolkit";
import { beforeEach, describe, it } from "mocha";
import { v7 as uuidv7 } from "uuid";
import { paceOf } from "../../components/shared/pace.ts";
import { statusEvent } from "../../domain/events.ts";
import { newOrder } from "../../domain/order.ts";
import { fromItem } from "../../store/items.ts";
import { orderItem } from "../../store/orders.ts";
import { errorResponse } from "../faults/service-errors.ts";
import { proxyCalls } from "../support/call-proxy.ts";
import { eventually } from "../support/eventually.ts";
import { mailsTo } from "../support/mailbox.ts";
import { deadLetters, messageCount } from "../support/queues.ts";
import { useLocalStack } from "../support/stack.ts";
import { type StoredItem, TestTable } from "../support/table.ts";

const MAILS = 240;
const PER_SECOND = 40;
/** The first emails of all concurrent batches may coincide. */
const TOLERANCE = paceOf("mailRatePerSecond", PER_SECOND).maximumConcurrency;

/** The deployed queue and function. tests/unit/handlers/mail-rate.test.ts plays 10,000 emails at SES's usual rate. */
describe("A backlog of emails", () => {
  const stack = useLocalStack({ mailRatePerSecond: String(PER_SECOND) });
  let responseMs: number;
  let calls: number;
  let startedAt: number;

  before("let SES throttle what is above its rate", () =>
    proxyCalls(stack(), async (call, forward) => {
      if (call.service !== "ses") return forward();
      calls += 1;
      // Counted since the start: when the machine stalls, calls of several seconds arrive at once.
      if (calls > PER_SECOND * ((Date.now() - startedAt) / 1_000) + TOLERANCE) return errorResponse(call, "throttle");
      await sleep(responseMs);
      return forward();
    }),
  );

  beforeEach(() => {
    [calls, startedAt] = [0, Date.now()];
  });

  for (const [name, ms] of [
    ["at once", 0],
    ["in 200 ms", 200],
  ] as const) {
    it(`is sent at the configured rate, each once, when SES answers ${name}`, async () => {
      responseMs = ms;
      const customerEmail = `in-${ms}@example.com`;
      await enqueue(customerEmail);

      await eventually(async () => expect(await messagesLeft()).to.equal(0));

      const subjects = (await mailsTo(customerEmail, stack())).map(({ Subject }) => Subject);
      expect([subjects.length, new Set(subjects).size]).to.deep.equal([MAILS, MAILS]);
      expect(calls, "none was throttled").to.equal(MAILS);
      expect(await deadLetters(stack())).to.deep.equal([]);
    });
  }

  /** Puts an event of each of many orders into the queue, without the orders' workflows. */
  async function enqueue(customerEmail: string): Promise<void> {
    const table = TestTable.of(stack());
    const orders = Array.from({ length: MAILS }, () =>
      newOrder(uuidv7(), new Date().toISOString(), { customerEmail, items: [] }, { lines: [], totalMinor: 0 }),
    );
    await Promise.all(orders.map((order) => table.put(fromItem<StoredItem>(orderItem({ shards: 1 }, order)))));
    const sqs = new SQS(stack().awsClient);
    for (const batch of chunk(orders, 10)) {
      const Entries = batch.map((order, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(statusEvent(order, "test")),
      }));
      await sqs.sendMessageBatch({ QueueUrl: stack().outputs.customerQueueUrl, Entries });
    }
  }

  function messagesLeft(): Promise<number> {
    return messageCount(stack().outputs.customerQueueUrl ?? "", stack());
  }
});
