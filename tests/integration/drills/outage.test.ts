import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../../support/eventually.ts";
import { invoke } from "../../support/functions.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { CUSTOMER_EMAIL, placeOrder, stockCatalogue } from "../../support/orders.ts";
import { deadLetters, messageCount } from "../../support/queues.ts";
import { orders, ordersJson } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";
import { TestTable } from "../../support/table.ts";
import { useEventProbe } from "../../support/topic-probes.ts";
import { LimitedFunction } from "../limited-function.ts";

const ORDERS = 4;

/** The drill "An outage lasted too long" of docs/recovery.md: workflows can't be started. */
describe("Drill: an outage lasted too long", () => {
  const stack = useLocalStack({ stuckAfterSeconds: "1" });
  const probe = useEventProbe(stack);
  let ids: string[];

  before("place orders while no workflow can be started, until their messages are dead letters", async () => {
    await stockCatalogue(stack().backOffice);
    const { orderQueueUrl: QueueUrl = "", orderDlqUrl = "" } = stack().outputs;
    // A failed message is retried five times, each after this time-out.
    await new SQS(stack().awsClient).setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: "1" } });
    const starter = await LimitedFunction.of("start-fulfilment", stack());
    const others = starter.grants.filter(({ Action }) => Action !== "states:StartExecution");
    ids = await starter.limitedTo(others, async () => {
      const placed = await Promise.all(Array.from({ length: ORDERS }, () => placeOrder(stack().storefront)));
      await eventually(async () => expect(await messageCount(orderDlqUrl, stack())).to.equal(ORDERS));
      return placed;
    });
  });

  it("leaves every order accepted and readable", async () => {
    const responses = await Promise.all(ids.map((id) => stack().storefront.get(`/orders/${id}`)));

    expect(responses.map(({ body }) => body.status)).to.deep.equal(ids.map(() => "PENDING"));
  });

  it("shows the orders in the dead-letter queue", async () => {
    const { output } = await orders(stack(), ["dlq", "show", "order"]);

    for (const id of ids) expect(output).to.include(id);
  });

  it("ends with every order fulfilled once, even if the sweeper was faster than the redrive", async () => {
    const table = TestTable.of(stack());
    await eventually(async () => {
      await invoke("sweep-orders", stack());
      for (const id of ids) expect((await table.records(id)).order.redrives).to.be.at.least(1);
    });

    const { sent } = await ordersJson<{ sent: { orderId: string }[] }>(stack(), ["dlq", "redrive", "order"]);

    expect(sent.map(({ orderId }) => orderId)).to.have.members(ids);
    await Promise.all(ids.map((id) => probe.reached(id, "COMPLETED")));
    for (const id of ids) expect((await table.records(id)).charge).to.include({ charges: 1, refunds: 0 });
    await eventually(async () => expect(await table.stockOf("PROD-001")).to.equal(100 - ORDERS));
    await eventually(async () => expect(await mailsTo(CUSTOMER_EMAIL, stack())).to.have.lengthOf(2 * ORDERS));
    expect(await deadLetters(stack())).to.deep.equal([]);
  });
});
