import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { invoke } from "../support/functions.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { type TestStack, useLocalStack } from "../support/stack.ts";
import { useAlarmProbe } from "./alarm-probe.ts";

describe("Alarms", function () {
  this.timeout(60_000);
  // The first failed order, and the first that waits at all, are to set them off.
  const stack = useLocalStack({ alarmFailedOrders: "0", stuckAfterSeconds: "0" });
  const probe = useAlarmProbe(stack);
  let cloudwatch: CloudWatch;
  before(async () => {
    cloudwatch = new CloudWatch(stack().awsClient);
    await stockCatalogue(stack().backOffice);
  });

  it("reach the alarm topic, each of them, with what to do", async () => {
    const { MetricAlarms = [] } = await cloudwatch.describeAlarms({
      AlarmNamePrefix: prefix(stack()),
      MaxRecords: 100,
    });
    for (const { AlarmName } of MetricAlarms) {
      await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "A drill." });
    }

    expect(MetricAlarms).to.have.lengthOf(16);
    for (const { AlarmName = "", AlarmDescription } of MetricAlarms) {
      const message = await probe.hears(AlarmName, "A drill.");
      expect(message, AlarmName).to.include({ NewStateValue: "ALARM", AlarmDescription });
    }
    for (const { AlarmName } of MetricAlarms) {
      await cloudwatch.setAlarmState({ AlarmName, StateValue: "OK", StateReason: "The drill is over." });
    }
  });

  it("go off by traffic: an order that fails", async () => {
    await placeOrder(stack().storefront, { paymentMethod: "pm_card_chargeDeclined" });

    await probe.hears(`${prefix(stack())}processing-errors`, "Threshold Crossed");
  });

  it("go off by traffic: an order that the sweeper finds stuck", async () => {
    await placeOrder(stack().storefront, { paymentMethod: "pm_simulated_timeout" });

    await eventually(async () => {
      await invoke("sweep-orders", stack());
      await probe.hears(`${prefix(stack())}stuck-orders`, "Threshold Crossed", 1);
    });
  });

  it("go back by traffic: the sweeper that runs again", async () => {
    const AlarmName = `${prefix(stack())}sweeper-silent`;
    await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "Nothing is heard of it." });

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
