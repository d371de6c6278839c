import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { statusEvent } from "../../../domain/events.ts";
import type { Order } from "../../../domain/order.ts";
import { root } from "../../../tools/paths.ts";
import { eventually } from "../../support/eventually.ts";
import { type Grant, UNENFORCED } from "../../support/grants.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../../support/orders.ts";
import { orders, ordersJson } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";
import { TestTable } from "../../support/table.ts";
import { useEventProbe } from "../../support/topic-probes.ts";
import { LimitedFunction } from "../limited-function.ts";

interface DeadLetter {
  messageId: string;
  orderId?: string;
  type?: string;
  reason?: string;
  body: string;
}

interface Redriven {
  sent: DeadLetter[];
  kept: DeadLetter[];
  others: number;
  held: number;
}

describe("orders dlq", function () {
  this.slow(20_000);
  const stack = useLocalStack();
  const probe = useEventProbe(stack);

  before("make messages fail quickly", async () => {
    await stockCatalogue(stack().backOffice);
    const sqs = new SQS(stack().awsClient);
    for (const QueueUrl of [stack().outputs.orderQueueUrl, stack().outputs.customerQueueUrl]) {
      // A failed message is retried five times, each after this time-out.
      await sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: "1" } });
    }
  });

  it("reports empty queues", async () => {
    const listed = await orders(stack(), ["dlq", "list"]);
    const shown = await orders(stack(), ["dlq", "show", "order"]);
    const redriven = await orders(stack(), ["dlq", "redrive", "customer"]);
    const purged = await orders(stack(), ["dlq", "purge", "events"]);

    expect(listed.output).to.match(/^order +0 +0 +orders whose workflow was not started$/m);
    expect([shown.output, purged.output]).to.deep.equal(["No messages.\n", "No messages to delete.\n"]);
    expect(redriven.output).to.equal("0 messages sent back.\n");
    expect([listed, shown, redriven, purged].map(({ exitCode }) => exitCode)).to.deep.equal([0, 0, 0, 0]);
  });

  it("redrives orders whose workflow could not be started, and every one is fulfilled", async () => {
    const ids = await failing("start-fulfilment", "order", () => placeOrders(4));
    const [first = ""] = ids;

    const shown = await orders(stack(), ["dlq", "show", "order"]);
    const dry = await ordersJson<Redriven>(stack(), ["dlq", "redrive", "order", "--dry-run"]);
    const one = await ordersJson<Redriven>(stack(), ["dlq", "redrive", "order", "--order", first]);
    const rest = await orders(stack(), ["dlq", "redrive", "order"]);

    for (const id of ids)
      expect(shown.output).to.match(new RegExp(`^20\\S+Z +${id} +OrderPlaced +failed too often$`, "m"));
    expect(idsOf(dry.sent)).to.have.members(ids);
    expect(one).to.deep.include({ kept: [], others: 3 });
    expect(idsOf(one.sent)).to.deep.equal([first]);
    expect(rest).to.deep.equal({ output: "3 sent back …\n3 messages sent back.\n", errors: "", exitCode: 0 });
    for (const id of ids) await probe.reached(id, "COMPLETED");
    expect(await shownIn("order")).to.deep.equal([]);
  });

  it("loses no order if it is killed, and each is fulfilled once", async () => {
    const ids = await failing("start-fulfilment", "order", () => placeOrders(14));

    const between = await killed("AmazonSQS.DeleteMessageBatch 1");
    const before = await killed("AmazonSQS.SendMessageBatch 1");
    const { held } = await ordersJson<Redriven>(stack(), ["dlq", "redrive", "order"]);
    // Messages that the killed processes had received reappear after half a minute.
    await eventually(async () => {
      await ordersJson(stack(), ["dlq", "redrive", "order"]);
      for (const id of ids) expect(probe.of(id).map(({ status }) => status)).to.include("COMPLETED");
      expect((await countIn("order")).messages + (await countIn("order")).held).to.equal(0);
    });

    expect([between, before]).to.deep.equal(["SIGKILL", "SIGKILL"]);
    expect(held).to.equal(ids.length);
    for (const id of ids) {
      const { charge } = await TestTable.of(stack()).records(id);
      expect(charge).to.include({ charges: 1, refunds: 0 });
    }
  });

  it("redrives emails that were refused, and each customer gets them once", async () => {
    const customerEmail = "waiting@example.com";
    await failing(
      "notify-customer",
      "customer",
      async () => {
        const orderId = await placeOrder(stack().storefront, { customerEmail });
        await probe.reached(orderId, "COMPLETED");
        return [orderId, orderId];
      },
      ({ Action }) => Action !== "ses:SendEmail",
    );

    const redriven = await ordersJson<Redriven>(stack(), ["dlq", "redrive", "customer"]);

    expect(redriven.sent.map(({ type }) => type)).to.have.members(["OrderPlaced", "OrderCompleted"]);
    await eventually(async () => expect(await mailsTo(customerEmail, stack())).to.have.lengthOf(2));
  });

  it("keeps a message that fails again, and deletes it only when confirmed", async () => {
    const { orderQueueUrl, orderDlqUrl } = stack().outputs;
    const sqs = new SQS(stack().awsClient);
    await sqs.sendMessage({ QueueUrl: orderQueueUrl, MessageBody: "poison" });
    await eventually(async () => expect(await shownIn("order")).to.have.lengthOf(1));

    // It fails at once. The command ends before or after that, so it is tried until it has seen it.
    const redriven = await eventually(async () => {
      const tried = await orders(stack(), ["dlq", "redrive", "order"]);
      expect(tried.exitCode).to.equal(1);
      return tried;
    });
    const [poison] = await eventually(async () => {
      const messages = await shownIn("order");
      expect(messages).to.have.lengthOf(1);
      return messages;
    });
    const asked = await orders(stack(), ["dlq", "purge", "order"]);
    const kept = await countIn("order");
    const purged = await orders(stack(), ["dlq", "purge", "order", "--yes"]);

    expect(redriven.output).to.match(
      /^1 sent back …\n(1 sent back …\n)?1 message sent back\.\n1 message failed again already:\n {2}\S+ {2}The message is not an event of an order\.\n$/,
    );
    expect(poison).to.include({ body: "poison", reason: "The message is not an event of an order." });
    expect(asked.output).to.include("The message is not an event of an order.");
    expect(asked.errors).to.match(
      /^Delete 1 message\? Only the sweeper will then start .* Nothing was done: add --yes/,
    );
    expect(asked.exitCode).to.equal(1);
    expect(kept).to.include({ messages: 1 });
    expect(purged.output).to.include("1 message deleted.");
    expect(purged.exitCode).to.equal(0);
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl: orderDlqUrl });
    expect(Messages).to.deep.equal([]);
  });

  it("publishes events whose record has been repaired, and keeps the others", async () => {
    const table = TestTable.of(stack());
    const orderId = await placeOrder(stack().storefront);
    await probe.reached(orderId, "COMPLETED");
    const [stored] = (await table.partition(`ORDER#${orderId}`)).filter(({ sk }) => sk === "ORDER");
    const shipped = statusEvent({ ...(stored as unknown as Order), status: "SHIPPED", version: 9 }, "by-hand");
    const record = (sk: string, event: unknown) => ({ pk: `ORDER#${orderId}`, sk, event });
    for (const sk of ["EVENT#000008", "EVENT#000009"]) await table.put(record(sk, "broken"));
    await eventually(async () => expect(await shownIn("events")).to.have.lengthOf(2));
    await table.put(record("EVENT#000009", shipped));

    const redriven = await orders(stack(), ["dlq", "redrive", "events"]);

    expect(redriven.exitCode).to.equal(1);
    expect(redriven.output)
      .to.include("1 message sent back.")
      .and.to.include(`${orderId}  The record ORDER#${orderId}, EVENT#000008 has no readable event`);
    expect((await probe.reached(orderId, "SHIPPED")).attributes).to.deep.equal({
      type: "OrderShipped",
      status: "SHIPPED",
    });
    expect(await shownIn("events")).to.have.lengthOf(1);
  });

  /** Places orders while a function has no permissions, or only some. @returns Their ids, once all messages are dead letters. */
  async function failing(
    handler: string,
    queue: string,
    place: () => Promise<string[]>,
    isKept: (grant: Grant) => boolean = ({ Action }) => UNENFORCED.has(Action),
  ): Promise<string[]> {
    const fn = await LimitedFunction.of(handler, stack());
    return fn.limitedTo(fn.grants.filter(isKept), async () => {
      const ids = await place();
      await eventually(async () => expect((await countIn(queue)).messages).to.equal(ids.length));
      return ids;
    });
  }

  async function placeOrders(count: number): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, () => placeOrder(stack().storefront)));
  }

  function shownIn(queue: string): Promise<DeadLetter[]> {
    return ordersJson<DeadLetter[]>(stack(), ["dlq", "show", queue]);
  }

  async function countIn(queue: string) {
    const listed = await ordersJson<{ queue: string; messages: number; held: number }[]>(stack(), ["dlq", "list"]);
    return listed.find((row) => row.queue === queue) ?? { messages: -1, held: -1 };
  }

  /** Runs a redrive in a process that dies at a call. @returns The signal that ended it. */
  async function killed(at: string): Promise<string | null> {
    const preload = new URL("./die-at-call.ts", import.meta.url);
    const args = ["--import", preload.href, join(root, "cli", "main.ts"), "--stack", stack().name];
    const child = spawn(process.execPath, [...args, "dlq", "redrive", "order"], {
      env: { ...process.env, DIE_AT: at },
      stdio: "ignore",
    });
    const [, signal] = await once(child, "close");
    return signal;
  }
});

function idsOf(messages: DeadLetter[]): (string | undefined)[] {
  return messages.map(({ orderId }) => orderId);
}
