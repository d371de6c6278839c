import { expect } from "chai";
import { before, describe, it } from "mocha";
import { FAILURE_REASONS } from "../../domain/failure-reasons.ts";
import { METRIC_UNITS } from "../../domain/metrics.ts";
import type { Order } from "../../domain/order.ts";
import { latencyOf } from "../../domain/order.ts";
import { DeployedTable } from "../support/deployed-table.ts";
import { eventually } from "../support/eventually.ts";
import { type LogLine, logLines, logText } from "../support/logs.ts";
import { mailsTo, textsTo } from "../support/mailbox.ts";
import { type Measured, measured } from "../support/metrics.ts";
import { mixedRun, PERSON } from "../support/mixed-run.ts";
import { placeOrder } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";

const NAMES = Object.keys(METRIC_UNITS);

/** Everything here is read from the logs and from CloudWatch alone, as operators do; the table says what is right. */
describe("What operators see of orders", () => {
  const stack = useLocalStack();

  before("let much happen", async function () {
    this.timeout(120_000);
    await mixedRun(stack());
  });

  it("is an order's whole story, in the logs by its id", async () => {
    const correlationId = "a-story";
    const orderId = await placeOrder(stack().storefront, {}, { "X-Correlation-Id": correlationId });

    const lines = await eventually(async () => {
      const lines = (await logLines(stack(), orderId)).filter(({ _aws }) => !_aws);
      expect(lines.filter(({ outcome }) => outcome === "notified")).to.have.length(2);
      return lines;
    }, 60);

    const told = lines.filter(({ service }) => service.startsWith("notifications"));
    const done = lines.filter((line) => !told.includes(line));
    expect(done.map(({ service, outcome }) => `${service}: ${outcome}`)).to.deep.equal([
      "create-order: created",
      "order-start-fulfilment: started",
      "fulfilment-begin-order: begun",
      "fulfilment-reserve-stock: reserved",
      "fulfilment-charge-payment: charged",
      "fulfilment-complete-order: completed",
    ]);
    const outcomes = (event: string) => told.filter(({ type }) => type === event).map(({ outcome }) => outcome);
    expect(outcomes("OrderPlaced")).to.deep.equal(["published", "notified"]);
    expect(outcomes("OrderProcessing")).to.deep.equal(["published"]);
    expect(outcomes("OrderCompleted")).to.deep.equal(["published", "notified"]);
    expect(lines, "and nothing else").to.have.length(done.length + 5);
    expect(new Set(lines.map(({ correlationId }) => correlationId))).to.deep.equal(new Set([correlationId]));
  }).timeout(70_000);

  it("has the id of the X-Ray trace in every line", async () => {
    const lines = await logLines(stack());

    expect(lines).to.have.length.above(100);
    for (const line of lines) expect(line.xray_trace_id, JSON.stringify(line)).to.match(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it("has nothing personal in any line of any log", async () => {
    const { customerEmail, customerName, customerPhone, shippingAddress } = PERSON;
    const { street, city, state, zipCode } = shippingAddress;
    const personal = [customerEmail, customerName, customerPhone.slice(1), street, city, state, zipCode, "lovelace"];

    const lines = await logText(stack());

    for (const secret of personal) {
      const found = lines.filter((line) => line.toLowerCase().includes(secret.toLowerCase()));
      expect(found, secret).to.deep.equal([]);
    }
    expect(
      lines.filter((line) => line.includes("ERROR")),
      "lines about what went wrong",
    ).not.to.deep.equal([]);
  });

  it("is every metric, counted once for what really happened", async () => {
    await eventually(async () => {
      const expected = await expectedMetrics();
      const { Stage } = { Stage: stack().name };

      expect(await measured(NAMES, { Stage }, stack()), "by stage").to.deep.equal(expected);
      expect(await measured(NAMES, {}, stack()), "without dimensions").to.deep.equal(expected);
      expect(Object.keys(expected)).to.have.members(NAMES);
    });
  });

  it("is why orders failed", async () => {
    const reasons = (await orders()).flatMap(({ failureReason }) => failureReason ?? []);
    for (const Reason of FAILURE_REASONS) {
      const count = reasons.filter((reason) => reason === Reason).length;

      const { OrdersFailed } = await measured(["OrdersFailed"], { Stage: stack().name, Reason }, stack());

      expect(OrdersFailed?.count ?? 0, Reason).to.equal(count);
    }
    expect(new Set(reasons)).to.deep.equal(new Set(["PAYMENT_DECLINED", "PAYMENT_UNAVAILABLE", "OUT_OF_STOCK"]));
  });

  async function orders(): Promise<Order[]> {
    const items = await new DeployedTable(stack()).items();
    return items.filter(({ sk }) => sk === "ORDER") as unknown as Order[];
  }

  /** What the metrics must be, by what the table, the mailbox and the sweeper's log have. */
  async function expectedMetrics(): Promise<Record<string, Measured>> {
    const all = await orders();
    const created = all.filter(({ redrives }) => !redrives);
    const went = (to: string) => all.filter(({ history }) => history.some(({ status }) => status === to));
    const charges = (await new DeployedTable(stack()).items()).filter(({ charges }) => charges === 1);
    const messages = [
      ...(await mailsTo(PERSON.customerEmail, stack())),
      ...(await mailsTo("ada@example.com", stack())),
      ...(await textsTo(PERSON.customerPhone, stack())),
    ];
    const sweeps = (await logLines(stack())).filter(({ outcome }) => outcome === "swept") as (LogLine & Sweep)[];
    return {
      OrdersCreated: counted(created.length),
      OrderValue: total(created.map(({ totalMinor }) => totalMinor / 100)),
      OrdersProcessed: counted(went("COMPLETED").length),
      OrdersFailed: counted(went("FAILED").length),
      OrderLatency: total(all.map(untilEnd)),
      PaymentsProcessed: counted(charges.length),
      NotificationsSent: counted(messages.length),
      OrdersStuck: total(sweeps.map(({ stuck }) => stuck)),
      SweeperRuns: counted(sweeps.length),
    };
  }
});

interface Sweep {
  stuck: number;
}

/** Milliseconds to the first status that is an end. */
function untilEnd({ createdAt, history }: Order): number {
  const end = history.findIndex(({ status }) => ["COMPLETED", "FAILED", "CANCELLED"].includes(status));
  return latencyOf({ createdAt, history: history.slice(0, end + 1) });
}

function counted(times: number): Measured {
  return { sum: times, count: times };
}

function total(values: number[]): Measured {
  const sum = values.reduce((a, b) => a + b, 0);
  return { sum: Math.round(sum * 100) / 100, count: values.length };
}
