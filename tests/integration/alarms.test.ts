import { CloudWatch, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { countBy } from "es-toolkit";
import { before, describe, it } from "mocha";
import pLimit from "p-limit";
import { eventually } from "../support/eventually.ts";
import { Executions } from "../support/executions.ts";
import { invoke } from "../support/functions.ts";
import { rawLogLines } from "../support/logs.ts";
import { placeOrder, stockCatalogue, whileSellingOut } from "../support/orders.ts";
import { type TestStack, useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { useAlarmProbe } from "./alarm-probe.ts";
import { insertStuckOrder } from "./mixed-workload.ts";

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
    const alarms = await alarmsOf(stack());
    for (const { AlarmName } of alarms) {
      await cloudwatch.setAlarmState({ AlarmName, StateValue: "ALARM", StateReason: "A drill." });
    }

    expect(alarms).to.have.lengthOf(23);
    for (const { AlarmName = "", AlarmDescription } of alarms) {
      const message = await probe.notified(AlarmName, "A drill.");
      expect(message, AlarmName).to.include({ NewStateValue: "ALARM", AlarmDescription });
    }
    for (const { AlarmName } of alarms) {
      await cloudwatch.setAlarmState({ AlarmName, StateValue: "OK", StateReason: "The drill is over." });
    }
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
    await insertStuckOrder(stack());

    await invoke("sweep-orders", stack());

    await probe.notified(`${prefix(stack())}stuck-orders`, "Threshold Crossed");
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

describe("Orders that fail for a business reason", () => {
  const stack = useLocalStack();
  /** Of each kind. */
  const ORDERS = 50;
  let ids: string[];

  before("place orders with declined cards, and others whose product sells out before they are reserved", async () => {
    const last = { productId: "LAST", name: "The last ones", price: 1, stock: ORDERS };
    await stockCatalogue(stack().backOffice, [{ ...last, productId: "PLENTY" }, last]);
    const limit = pLimit(10);
    const place = (productId: string, paymentMethod: string) =>
      limit(() => placeOrder(stack().backOffice, { items: [{ productId, quantity: 1 }], paymentMethod }));
    ids = await whileSellingOut("LAST", stack(), () =>
      Promise.all(
        Array.from({ length: ORDERS }, () => [
          place("PLENTY", "pm_card_chargeDeclined"),
          place("LAST", "pm_card_visa"),
        ]).flat(),
      ),
    );
    const table = TestTable.of(stack());
    await eventually(async () => expect(await table.openOrders()).to.equal(0));
    await invoke("sweep-orders", stack());
  });

  it("are told why", async () => {
    const items = (await TestTable.of(stack()).items()).filter(({ sk }) => sk === "ORDER");

    expect(items).to.have.lengthOf(ids.length);
    expect(countBy(items, ({ status, failureReason }) => `${status} ${failureReason}`)).to.deep.equal({
      "FAILED PAYMENT_DECLINED": ORDERS,
      "FAILED OUT_OF_STOCK": ORDERS,
    });
  });

  // What rolls a release back are functions' errors. The emulator has no metrics of them, but their logs.
  it("fail no execution, and no function, so a release goes through", async () => {
    const executions = await new Executions(stack()).list();
    const lines = await rawLogLines(stack());

    expect(countBy(executions, ({ status }) => status ?? "")).to.deep.equal({ SUCCEEDED: 2 * ORDERS });
    expect(lines.length).to.be.above(10 * ORDERS);
    expect(lines.filter((line) => /"level":"(WARN|ERROR)"/.test(line))).to.deep.equal([]);
  });

  it("trigger no alarm", async () => {
    const alarms = await alarmsOf(stack());

    const off = alarms.filter(({ StateValue }) => StateValue === "ALARM");
    expect(alarms).to.have.lengthOf(23);
    expect(off.map(({ AlarmName }) => AlarmName)).to.deep.equal([]);
  });
});

/** All alarms of a stack. */
async function alarmsOf(stack: TestStack): Promise<MetricAlarm[]> {
  const all = { AlarmNamePrefix: prefix(stack), MaxRecords: 100 };
  return (await new CloudWatch(stack.awsClient).describeAlarms(all)).MetricAlarms ?? [];
}

function prefix({ name }: TestStack): string {
  return `orders-${name}-`;
}
