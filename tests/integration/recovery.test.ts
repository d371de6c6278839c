import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { OrderStatus } from "../../domain/lifecycle.ts";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { invoke, setEventSource } from "../support/functions.ts";
import { mailsTo } from "../support/mailbox.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { deadLetters } from "../support/queues.ts";
import { anEvent } from "../support/sqs-records.ts";
import { useLocalStack } from "../support/stack.ts";
import { COMPENSATING_STEPS, type FaultPlan, FORWARD_STEPS, useStepFaults } from "../support/step-faults.ts";
import { type OrderRecords, TestTable } from "../support/table.ts";
import { useEventProbe } from "../support/topic-probes.ts";

const DECLINED = { paymentMethod: "pm_card_chargeDeclined" };

describe("A stuck order", () => {
  const stack = useLocalStack({ stuckAfterSeconds: "1" }, { maxConcurrentExecutions: 50 });
  const probe = useEventProbe(stack);
  const faults = useStepFaults(stack);
  let table: TestTable;
  let executions: Executions;

  before(async () => {
    table = TestTable.of(stack());
    executions = new Executions(stack());
    await stockCatalogue(stack().backOffice);
  });

  const kills = [
    ...FORWARD_STEPS.map((step) => ({ step, order: {}, end: "COMPLETED" as const, charges: 1 })),
    ...COMPENSATING_STEPS.map((step) => ({ step, order: DECLINED, end: "FAILED" as const, charges: 0 })),
  ];
  for (const { step, order, end, charges } of kills) {
    it(`becomes ${end} by a retry when the process of ${step} is killed`, async () => {
      const orderId = await place(order, { [step]: "pause after" });
      const [process] = await faults.paused(orderId, step);

      kill(process);
      faults.resume(orderId, step);

      await probe.reached(orderId, end);
      const { charge } = await table.records(orderId);
      expect(charge).to.include({ charges, refunds: 0 });
    });
  }

  it("is found by the sweeper if its workflow failed while compensating", async () => {
    const orderId = await place(DECLINED, { "end-order": "always crash before" });
    const [execution = ""] = await executionsOf(orderId);
    expect(await executions.untilEnded(execution)).to.include({ status: "FAILED" });

    faults.plan(orderId);
    const { order } = await sweepUntil(orderId, "FAILED");

    expect(order).to.include({ failureReason: "PAYMENT_DECLINED" });
    expect(order.redrives).to.be.at.least(1);
  });

  it("completes late if a step kept failing until its workflow gave up, and is charged once", async () => {
    const orderId = await place({}, { "complete-order": "always crash before" });
    const [execution = ""] = await executionsOf(orderId);
    expect(await executions.untilEnded(execution)).to.include({ status: "FAILED" });
    const { order: late } = await table.records(orderId);

    faults.plan(orderId);
    const { charge } = await sweepUntil(orderId, "COMPLETED");

    expect(late.status).to.equal("PROCESSING");
    expect(charge).to.include({ charges: 1, refunds: 0 });
  });

  it("is found by the sweeper if its workflow was stopped from outside", async () => {
    const orderId = await place({}, { "complete-order": "pause before" });
    await faults.paused(orderId, "complete-order");
    const [execution = ""] = await executionsOf(orderId);

    await executions.stop(execution);
    const sweeping = sweepUntil(orderId, "COMPLETED");
    faults.resume(orderId, "complete-order");

    const { charge } = await sweeping;
    expect(charge).to.include({ charges: 1, refunds: 0 });
  });

  it("is found by the sweeper if its event was not published, and nothing happens twice when it is published later", async () => {
    const customerEmail = "unpublished@example.com";
    await setEventSource("publish-events", false, stack());
    const orderId = await place({ customerEmail });

    await sweepUntil(orderId, "COMPLETED");
    expect(probe.of(orderId)).to.deep.equal([]);
    await setEventSource("publish-events", true, stack());

    await probe.reached(orderId, "COMPLETED");
    // Only the late event starts an execution named like the order.
    await eventually(async () => expect(await executionsOf(orderId)).to.satisfy(isNamed(orderId)));
    await eventually(async () => expect(await mailsTo(customerEmail, stack())).to.have.lengthOf(2));
    const { order, charge } = await table.records(orderId);
    expect(order.history.map(({ status }) => status)).to.deep.equal(["PENDING", "PROCESSING", "COMPLETED"]);
    expect(charge).to.include({ charges: 1, refunds: 0 });
  });

  it("does not wait behind messages that can never succeed: they become dead letters with a reason", async () => {
    const send = (MessageBody: string) =>
      new SQSClient(stack().awsClient).send(
        new SendMessageCommand({ QueueUrl: stack().outputs.orderQueueUrl, MessageBody }),
      );
    await send("poison");
    await send(JSON.stringify(anEvent({ type: "OrderShipped" })));

    const orderId = await place();

    await probe.reached(orderId, "COMPLETED");
    const reasons = await eventually(async () => {
      const messages = await deadLetters(stack());
      expect(messages).to.have.lengthOf(2);
      return messages.map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue);
    });
    expect(reasons).to.have.members([
      "The message is not an event of an order.",
      "An event of type OrderShipped starts no workflow.",
    ]);
  });

  /** Places an order with step faults. */
  async function place(order: Record<string, string> = {}, plan: FaultPlan = {}): Promise<string> {
    const orderId = await placeOrder(stack().backOffice, order);
    faults.plan(orderId, plan);
    return orderId;
  }

  async function sweepUntil(orderId: string, status: OrderStatus): Promise<OrderRecords> {
    return eventually(async () => {
      await invoke("sweep-orders", stack());
      const records = await table.records(orderId);
      expect(records.order.status).to.equal(status);
      return records;
    });
  }

  /** The ARNs of an order's executions, at least one. */
  async function executionsOf(orderId: string): Promise<string[]> {
    return eventually(async () => {
      const arns = (await executions.list()).map(({ executionArn = "" }) => executionArn);
      const own = arns.filter((arn) => arn.includes(orderId));
      expect(own).to.not.have.lengthOf(0);
      return own;
    });
  }
});

function isNamed(name: string): (arns: string[]) => boolean {
  return (arns) => arns.some((arn) => arn.endsWith(`:${name}`));
}

function kill(pid: number | undefined): void {
  expect(pid, "the process of the step").to.be.above(1);
  process.kill(pid as number, "SIGKILL");
}
