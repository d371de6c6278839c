import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { invoke } from "../support/functions.ts";
import { orderBody, placeOrder, stockCatalogue } from "../support/orders.ts";
import { type TestStack, useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { useAlarmProbe } from "./alarm-probe.ts";

describe("Alarms", () => {
  // One unfinished order is enough to trigger the alarm.
  const stack = useLocalStack({ stuckAfterSeconds: "0" });
  const probe = useAlarmProbe(stack);
  let cloudwatch: CloudWatch;
  before(async () => {
    cloudwatch = new CloudWatch(stack().awsClient);
    await stockCatalogue(stack().backOffice);
  });

  it("notify the alarm topic, each with instructions", async () => {
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({
      AlarmNamePrefix: prefix(stack()),
      MaxRecords: 100,
    });
    for (const { AlarmName } of MetricAlarms) {
      await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "A drill." });
    }

    expect(MetricAlarms).to.have.lengthOf(19);
    for (const { AlarmName = "", AlarmDescription } of MetricAlarms) {
      const message = await probe.notified(AlarmName, "A drill.");
      expect(message, AlarmName).to.include({ NewStateValue: "ALARM", AlarmDescription });
    }
    for (const { AlarmName } of MetricAlarms) {
      await cloudwatch.setAlarmState({ AlarmName, StateValue: "OK", StateReason: "The drill is over." });
    }
  });

  it("are not triggered by customers: declined cards and sold-out products", async () => {
    const { backOffice, storefront } = stack();
    await stockCatalogue(backOffice, [{ productId: "LAST", name: "The last ones", price: 1, stock: 10 }]);
    const last = orderBody({ items: [{ productId: "LAST", quantity: 10 }] });
    const declined = orderBody({ paymentMethod: "pm_card_chargeDeclined" });
    const placed = await Promise.all(
      [...Array(12).fill(declined), last, last].map((o) => storefront.post("/orders", o)),
    );

    const ids = placed.filter(({ status }) => status === 201).map(({ body }) => body.orderId as string);
    await eventually(async () => {
      const all = await Promise.all(ids.map((id) => backOffice.get(`/orders/${id}`)));
      const failed = all.filter(({ body }) => body.status === "FAILED");
      expect(failed).to.have.lengthOf(ids.length - 1);
    });

    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({
      AlarmNamePrefix: prefix(stack()),
      MaxRecords: 100,
    });
    const off = MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM").map(({ AlarmName }) => AlarmName);
    expect(off.filter((name) => !/stuck-orders|sweeper-silent/.test(name ?? ""))).to.deep.equal([]);
  });

  it("are triggered by traffic: an order that could not be processed in time", async () => {
    const orderId = await placeOrder(stack().storefront, { paymentMethod: "pm_simulated_error_always" });

    await TestTable.of(stack()).expire(orderId);
    await new Executions(stack()).start({ orderId });

    await probe.notified(`${prefix(stack())}processing-errors`, "Threshold Crossed");
  });

  it("are triggered by traffic: an order that is parked", async () => {
    const { backOffice, storefront } = stack();
    const orderId = await placeOrder(storefront, { paymentMethod: "pm_simulated_refund_refused" });
    const read = async () => (await backOffice.get(`/orders/${orderId}`)).body;
    await eventually(async () => expect((await read()).status).to.equal("COMPLETED"));

    await backOffice.post(`/orders/${orderId}/cancel`, {});

    await eventually(async () => expect((await read()).attention).to.include({ reason: "REFUND_REFUSED" }));
    await invoke("sweep-orders", stack());
    await probe.notified(`${prefix(stack())}parked-orders`, "Threshold Crossed");
    expect((await storefront.get(`/orders/${orderId}`)).body.attention).to.have.keys("since");
  });

  it("are triggered by traffic: an order that the sweeper finds stuck", async () => {
    await placeOrder(stack().storefront, { paymentMethod: "pm_simulated_timeout" });

    await eventually(async () => {
      await invoke("sweep-orders", stack());
      probe.received(`${prefix(stack())}stuck-orders`, "Threshold Crossed");
    });
  });

  it("recover by traffic: the sweeper runs again", async () => {
    const AlarmName = `${prefix(stack())}sweeper-silent`;
    await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "A drill." });

    await invoke("sweep-orders", stack());

    await eventually(async () => {
      const { MetricAlarms: [alarm] = [] } = await cloudwatch.describeAlarms({ AlarmNames: [AlarmName] });
      expect(alarm).to.include({ StateValue: "OK" });
    });
  });
});

function prefix({ name }: TestStack): string {
  return `orders-${name}-`;
}
