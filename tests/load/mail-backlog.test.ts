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
import { metricsIn, rawLogLines } from "../support/logs.ts";
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
  /** Emails that SES was asked to send, and how many of them it throttled. */
  const asked = new Set<string>();
  let throttled: number;
  let startedAt: number;

  before("let SES throttle what is above its rate", () =>
    proxyCalls(stack(), async (call, forward) => {
      if (call.service !== "ses" || asked.has(call.body)) return forward();
      asked.add(call.body);
      // Counted since the start: when the machine stalls, calls of several seconds arrive at once.
      if (asked.size > PER_SECOND * ((Date.now() - startedAt) / 1_000) + TOLERANCE) {
        throttled += 1;
        return errorResponse(call, "throttle");
      }
      await sleep(responseMs);
      return forward();
    }),
  );

  beforeEach(() => {
    asked.clear();
    [throttled, startedAt] = [0, Date.now()];
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
      expect([new Set(subjects).size, asked.size, throttled]).to.deep.equal([MAILS, MAILS, 0]);
      // On a busy machine, SES may not respond in time. Only then is an email sent again.
      expect(subjects.length - MAILS).to.be.at.most(await unknownOutcomes());
      expect(await deadLetters(stack())).to.deep.equal([]);
    });
  }

  /** Puts an event of each of many orders into the queue, without the orders' workflows. */
  async function enqueue(customerEmail: string): Promise<void> {
    const table = TestTable.of(stack());
    const orders = Array.from({ length: MAILS }, () =>
      newOrder(
        uuidv7(),
        new Date().toISOString(),
        { customerEmail, items: [] },
        { lines: [], totalMinor: 0, currency: "USD" },
      ),
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

  async function unknownOutcomes(): Promise<number> {
    const lines = await rawLogLines(stack(), '"NotificationsUnknown"');
    return metricsIn(lines.map((line) => JSON.parse(line))).NotificationsUnknown ?? 0;
  }

  function messagesLeft(): Promise<number> {
    return messageCount(stack().outputs.customerQueueUrl ?? "", stack());
  }
});
