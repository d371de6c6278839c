import { expect } from "chai";
import { before, describe, it } from "mocha";
import { FAILURE_REASONS } from "../../domain/failure-reasons.ts";
import { METRIC_UNITS } from "../../domain/metrics.ts";
import { latencyOf, type Order } from "../../domain/order.ts";
import { eventually } from "../support/eventually.ts";
import { COMPLETED_ORDER_STEPS, type LogLine, logLines, rawLogLines } from "../support/logs.ts";
import { mailsTo, textsTo } from "../support/mailbox.ts";
import { CUSTOMER_EMAIL, placeOrder } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { type MetricTotals, metricTotals } from "./measured-metrics.ts";
import { CUSTOMER, runMixedWorkload } from "./mixed-workload.ts";

const NAMES = Object.keys(METRIC_UNITS);
/**
 * Counted only in outages, by broken releases, or for what Stripe reports: see the unit tests of notify-customer, process-payments and
 * queue-consumer, and the tests of webhooks and reconciliation.
 */
const OF_OTHER_TESTS = [
  "MessagesFailed",
  "NotificationsLate",
  "NotificationsUnknown",
  "PaymentsLate",
  "PaymentsUnknown",
  "PaymentsUnreconciled",
];

/** Reads only the logs and CloudWatch, as operators do, and compares them with the table. */
describe("Logs and metrics", () => {
  const stack = useLocalStack({ smsCountries: '["US"]' });

  before("run a mixed workload", async () => {
    await runMixedWorkload(stack());
  });

  it("contain every step of an order, found by its id", async () => {
    const correlationId = "one-order";
    const orderId = await placeOrder(stack().storefront, {}, { "X-Correlation-Id": correlationId });

    const lines = await eventually(async () => {
      const lines = (await logLines(stack(), orderId)).filter(({ _aws }) => !_aws);
      expect(lines.filter(({ outcome }) => outcome === "notified")).to.have.length(2);
      return lines;
    });

    const notifications = lines.filter(({ service }) => service.startsWith("notifications"));
    const steps = lines.filter((line) => !notifications.includes(line));
    expect(steps.map(({ service, outcome }) => `${service}: ${outcome}`)).to.deep.equal(COMPLETED_ORDER_STEPS);
    const outcomes = (event: string) =>
      notifications.filter(({ type }) => type === event).map(({ outcome }) => outcome);
    expect(outcomes("OrderPlaced")).to.deep.equal(["published", "notified"]);
    expect(outcomes("OrderProcessing")).to.deep.equal(["published"]);
    expect(outcomes("OrderCompleted")).to.deep.equal(["published", "notified"]);
    expect(lines, "and nothing else").to.have.length(steps.length + 5);
    expect(new Set(lines.map(({ correlationId }) => correlationId))).to.deep.equal(new Set([correlationId]));
  });

  it("have the X-Ray trace id in every line", async () => {
    const lines = await logLines(stack());

    expect(lines).to.have.length.above(100);
    for (const line of lines) expect(line.xray_trace_id, JSON.stringify(line)).to.match(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it("contain no personal data", async () => {
    const { customerEmail, customerName, customerPhone, shippingAddress } = CUSTOMER;
    const { street, city, state, zipCode } = shippingAddress;
    const personal = [customerEmail, customerName, customerPhone.slice(1), street, city, state, zipCode, "lovelace"];

    const lines = await rawLogLines(stack());

    for (const value of personal) {
      const found = lines.filter((line) => line.toLowerCase().includes(value.toLowerCase()));
      expect(found, value).to.deep.equal([]);
    }
    expect(
      lines.filter((line) => line.includes("ERROR")),
      "error lines",
    ).not.to.deep.equal([]);
  });

  it("have exact values for every metric", async () => {
    await eventually(async () => {
      const expected = await expectedMetrics();
      const { Stage } = { Stage: stack().name };

      expect(await metricTotals(NAMES, { Stage }, stack()), "by stage").to.deep.equal(expected);
      expect(await metricTotals(NAMES, {}, stack()), "without dimensions").to.deep.equal(expected);
      expect([...Object.keys(expected), ...OF_OTHER_TESTS]).to.have.members(NAMES);
    });
  });

  it("count failed orders by reason", async () => {
    const reasons = (await orders()).flatMap(({ failureReason }) => failureReason ?? []);
    for (const Reason of FAILURE_REASONS) {
      const count = reasons.filter((reason) => reason === Reason).length;

      const { OrdersFailed } = await metricTotals(["OrdersFailed"], { Stage: stack().name, Reason }, stack());

      expect(OrdersFailed?.count ?? 0, Reason).to.equal(count);
    }
    expect(new Set(reasons)).to.deep.equal(new Set(["PAYMENT_DECLINED", "UNAVAILABLE", "OUT_OF_STOCK"]));
  });

  async function orders(): Promise<Order[]> {
    const items = await TestTable.of(stack()).items();
    return items.filter(({ sk }) => sk === "ORDER") as unknown as Order[];
  }

  /** The expected metrics, computed from the table, the mailbox and the sweeper's log. */
  async function expectedMetrics(): Promise<Record<string, MetricTotals>> {
    const all = await orders();
    const created = all.filter(({ redrives }) => !redrives);
    const reached = (to: string) => all.filter(({ history }) => history.some(({ status }) => status === to));
    const charges = (await TestTable.of(stack()).items()).filter(({ charges }) => charges === 1);
    const messages = [
      ...(await mailsTo(CUSTOMER.customerEmail, stack())),
      ...(await mailsTo(CUSTOMER_EMAIL, stack())),
      ...(await textsTo(CUSTOMER.customerPhone, stack())),
    ];
    const sweeps = (await logLines(stack())).filter(({ outcome }) => outcome === "swept") as (LogLine & Sweep)[];
    return {
      OrdersCreated: counted(created.length),
      OrderValue: total(created.map(({ totalMinor }) => totalMinor / 100)),
      OrdersProcessed: counted(reached("COMPLETED").length),
      OrdersFailed: counted(reached("FAILED").length),
      OrdersUnavailable: counted(all.filter(({ failureReason }) => failureReason === "UNAVAILABLE").length),
      OrderLatency: total(all.map(untilEnd)),
      PaymentsProcessed: counted(charges.length),
      NotificationsSent: counted(messages.length),
      OrdersStuck: total(sweeps.map(({ stuck }) => stuck)),
      OrdersParked: total(sweeps.map(({ parked }) => parked)),
      SweeperRuns: counted(sweeps.length),
    };
  }
});

interface Sweep {
  stuck: number;
  parked: number;
}

/** Milliseconds until the order was first COMPLETED, FAILED or CANCELLED. */
function untilEnd({ createdAt, history }: Order): number {
  const end = history.findIndex(({ status }) => ["COMPLETED", "FAILED", "CANCELLED"].includes(status));
  return latencyOf({ createdAt, history: history.slice(0, end + 1) });
}

function counted(times: number): MetricTotals {
  return { sum: times, count: times };
}

function total(values: number[]): MetricTotals {
  const sum = values.reduce((a, b) => a + b, 0);
  return { sum: Math.round(sum * 100) / 100, count: values.length };
}
