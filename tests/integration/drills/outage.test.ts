import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { orders, ordersJson } from "../../support/command.ts";
import { DeployedTable } from "../../support/deployed-table.ts";
import { useEventProbe } from "../../support/event-probe.ts";
import { eventually } from "../../support/eventually.ts";
import { invoke } from "../../support/functions.ts";
import { LimitedFunction } from "../../support/limited-function.ts";
import { mailsTo } from "../../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../../support/orders.ts";
import { deadLetters, messageCount } from "../../support/queues.ts";
import { useLocalStack } from "../../support/stack.ts";

const ORDERS = 4;

/** The drill "An outage lasted too long" of docs/recovery.md: of Step Functions, for everything that starts a workflow. */
describe("The drill: an outage lasted too long", function () {
  this.timeout(60_000);
  const stack = useLocalStack({ stuckAfterSeconds: "1" });
  const probe = useEventProbe(stack);
  let ids: string[];

  before("place orders while no workflow can be started, until their messages are given up", async () => {
    await stockCatalogue(stack().backOffice);
    const { orderQueueUrl: QueueUrl = "", orderDlqUrl = "" } = stack().outputs;
    // As long as it takes until a message that failed comes again, five times.
    await new SQS(stack().awsClient).setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: "1" } });
    const starter = await LimitedFunction.of("start-fulfilment", stack());
    const others = starter.grants.filter(({ Action }) => Action !== "states:StartExecution");
    ids = await starter.limitedTo(others, async () => {
      const placed = await Promise.all(Array.from({ length: ORDERS }, () => placeOrder(stack().storefront)));
      await eventually(async () => expect(await messageCount(orderDlqUrl, stack())).to.equal(ORDERS));
      return placed;
    });
  });

  it("leaves every order accepted and to be read", async () => {
    const answers = await Promise.all(ids.map((id) => stack().storefront.get(`/orders/${id}`)));

    expect(answers.map(({ body }) => body.status)).to.deep.equal(ids.map(() => "PENDING"));
  });

  it("is seen in the queue for what failed", async () => {
    const { output } = await orders(stack(), ["dlq", "show", "order"]);

    for (const id of ids) expect(output).to.include(id);
  });

  it("ends with all orders fulfilled once, also those that the sweeper was faster with", async () => {
    const table = new DeployedTable(stack());
    await eventually(async () => {
      await invoke("sweep-orders", stack());
      for (const id of ids) expect((await table.story(id)).order.redrives).to.be.at.least(1);
    });

    const { sent } = await ordersJson<{ sent: { orderId: string }[] }>(stack(), ["dlq", "redrive", "order"]);

    expect(sent.map(({ orderId }) => orderId)).to.have.members(ids);
    await Promise.all(ids.map((id) => probe.reached(id, "COMPLETED")));
    for (const id of ids) expect((await table.story(id)).charge).to.include({ charges: 1, refunds: 0 });
    await eventually(async () => expect(await table.stockOf("PROD-001")).to.equal(100 - ORDERS));
    await eventually(async () => expect(await mailsTo("ada@example.com", stack())).to.have.lengthOf(2 * ORDERS));
    expect(await deadLetters(stack())).to.deep.equal([]);
  });
});
