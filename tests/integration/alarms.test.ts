import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { invoke } from "../support/functions.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { type TestStack, useLocalStack } from "../support/stack.ts";
import { useAlarmProbe } from "./alarm-probe.ts";

describe("Alarms", () => {
  // One failed order, or one unfinished order, is enough to trigger the alarms.
  const stack = useLocalStack({ alarmFailedOrders: "0", stuckAfterSeconds: "0" });
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

    expect(MetricAlarms).to.have.lengthOf(16);
    for (const { AlarmName = "", AlarmDescription } of MetricAlarms) {
      const message = await probe.notified(AlarmName, "A drill.");
      expect(message, AlarmName).to.include({ NewStateValue: "ALARM", AlarmDescription });
    }
    for (const { AlarmName } of MetricAlarms) {
      await cloudwatch.setAlarmState({ AlarmName, StateValue: "OK", StateReason: "The drill is over." });
    }
  });

  it("are triggered by traffic: an order that fails", async () => {
    await placeOrder(stack().storefront, { paymentMethod: "pm_card_chargeDeclined" });

    await probe.notified(`${prefix(stack())}processing-errors`, "Threshold Crossed");
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
