import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { v7 as uuidv7 } from "uuid";
import type { Finding } from "../../../cli/verbs/doctor.ts";
import type { Execution, ExecutionEvent } from "../../../cli/verbs/executions.ts";
import type { StoryLine } from "../../../cli/verbs/order-log.ts";
import { eventually } from "../../support/eventually.ts";
import { whileThrottled } from "../../support/functions.ts";
import { COMPLETED_ORDER_STEPS } from "../../support/logs.ts";
import { placeOrder, stockCatalogue } from "../../support/orders.ts";
import { orders, ordersJson, runCli } from "../../support/run-cli.ts";
import { useLocalStack } from "../../support/stack.ts";
import { type StoredItem, TestTable } from "../../support/table.ts";
import { insertStuckOrder } from "../mixed-workload.ts";

describe("orders: diagnosis", () => {
  const stack = useLocalStack();
  before("stock the catalogue, and stop the sweeper, which might act before the operator does", async () => {
    await stockCatalogue(stack().backOffice);
    const events = new EventBridge(stack().awsClient);
    const { Rules = [] } = await events.listRules({ NamePrefix: "sweeper" });
    for (const { Name } of Rules) await events.disableRule({ Name });
    expect(Rules).to.have.lengthOf(1);
  });

  const watch = async (orderId: string) => (await orders(stack(), ["watch", orderId])).exitCode;

  it("finds stuck orders, and restarts their workflow", async () => {
    const orderId = await insertStuckOrder(stack());

    const stuck = await ordersJson<{ orderId: string }[]>(stack(), ["stuck"]);
    const shown = await orders(stack(), ["stuck", "--after", "59m"]);
    const younger = await orders(stack(), ["stuck", "--after", "61m"]);
    const started = await ordersJson(stack(), ["workflow", "start", orderId]);

    expect(stuck).to.have.lengthOf(1);
    expect(stuck[0]).to.include({ orderId, status: "PENDING", redrives: 0 });
    expect(shown.output).to.match(new RegExp(`^ORDER .*\n${orderId} +PENDING +\\S+Z +0\n$`));
    expect(younger).to.include({ output: "No order is stuck.\n", exitCode: 0 });
    expect(started).to.deep.equal({ execution: `${orderId}-r1`, outcome: "started" });
    expect(await watch(orderId)).to.equal(0);
    expect(await ordersJson(stack(), ["stuck"])).to.deep.equal([]);
    expect((await TestTable.of(stack()).records(orderId)).order, "as if by the sweeper").to.include({ redrives: 1 });
  });

  it("lists parked orders with what to do, and goes on with them", async () => {
    const { backOffice, storefront } = stack();
    const table = TestTable.of(stack());
    const orderId = await placeOrder(storefront, { paymentMethod: "pm_simulated_refund_refused" });
    expect(await watch(orderId)).to.equal(0);
    await backOffice.post(`/orders/${orderId}/cancel`, {});
    await eventually(async () => expect(await ordersJson(stack(), ["attention"])).to.have.lengthOf(1));

    const shown = await orders(stack(), ["attention"]);
    const stuck = await ordersJson(stack(), ["stuck", "--after", "0s"]);
    const got = await orders(stack(), ["get", orderId]);
    // The cause is gone.
    const order = (await table.partition(`ORDER#${orderId}`)).find(({ sk }) => sk === "ORDER") as StoredItem;
    await table.put({ ...order, paymentMethod: "pm_card_visa" });
    const resumed = await ordersJson(stack(), ["resume", orderId]);
    const end = await watch(orderId);
    const again = await orders(stack(), ["resume", orderId]);

    expect(shown.output).to.match(new RegExp(`^ORDER .*\n${orderId} +COMPLETED +\\S+Z +The payment provider refuses`));
    expect(got.output).to.match(/^Attention +REFUND_REFUSED since /m);
    expect(stuck).to.deep.equal([]);
    expect(resumed).to.deep.equal({ execution: `${orderId}-r1`, outcome: "started" });
    expect(end).to.equal(4);
    expect(again.errors).to.include("is not parked, so there is nothing to resume.");
    expect((await orders(stack(), ["attention"])).output).to.equal("No order needs attention.\n");
  });

  it("shows an order's executions, and the history of each", async () => {
    const orderId = await whileThrottled("begin-order", stack(), async (throttles) => {
      const orderId = await placeOrder(stack().storefront);
      await eventually(async () => expect(await throttles()).to.be.at.least(1));
      return orderId;
    });
    expect(await watch(orderId)).to.equal(0);
    const again = await orders(stack(), ["workflow", "start", orderId]);
    expect(again).to.include({ exitCode: 0 });

    const executions = await eventually(async () => {
      const all = await ordersJson<Execution[]>(stack(), ["workflow", "show", orderId]);
      expect(all.map(({ status }) => status)).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
      return all;
    });
    const shown = await orders(stack(), ["workflow", "show", orderId]);
    const last = await ordersJson<{ execution: Execution }>(stack(), ["workflow", "history", orderId]);
    const history = ["workflow", "history", orderId, "--execution", orderId];
    const first = await ordersJson<{ events: ExecutionEvent[] }>(stack(), history);

    expect(again.output).to.match(new RegExp(`^Started ${orderId}-r1\\.`));
    expect(executions.map(({ name }) => name)).to.deep.equal([orderId, `${orderId}-r1`]);
    expect(shown.output).to.match(new RegExp(`^EXECUTION .*\n${orderId} +SUCCEEDED .*\n${orderId}-r1 +SUCCEEDED `));
    expect(last.execution.name).to.equal(`${orderId}-r1`);
    // Lambda.TooManyRequestsException on AWS, Lambda.Unknown on the emulator.
    expect(first.events.find(({ type }) => type === "TaskFailed")?.error).to.match(/^Lambda\./);
    expect(first.events.flatMap(({ state = [] }) => state)).to.include.members([
      "BeginOrder",
      "ChargePayment",
      "CompleteOrder",
    ]);
    expect((await orders(stack(), history)).output)
      .to.match(new RegExp(`^${orderId} SUCCEEDED\n\nTIME +EVENT +STATE +ERROR\n`))
      .and.to.match(/^\S+Z +TaskFailed +Lambda\.\w+: \S.*$/m);
  });

  it("reports an unknown order or execution", async () => {
    const orderId = uuidv7();
    const existing = await placeOrder(stack().storefront);

    for (const verb of ["start", "show", "history"]) {
      const missing = await orders(stack(), ["workflow", verb, orderId]);

      expect(missing.errors, verb).to.equal(`There is no order ${orderId} in the stack ${stack().name}.\n`);
      expect(missing).to.include({ output: "", exitCode: 3 });
    }
    const execution = await orders(stack(), ["workflow", "history", existing, "--execution", "other"]);
    expect(execution).to.include({ errors: `The order ${existing} has no execution other.\n`, exitCode: 3 });
  });

  it("collects an order's log lines from all functions", async () => {
    const orderId = await placeOrder(stack().storefront);
    expect(await watch(orderId)).to.equal(0);

    const lines = await eventually(async () => {
      const lines = await ordersJson<StoryLine[]>(stack(), ["logs", orderId]);
      expect(lines.filter(({ outcome }) => outcome === "notified")).to.have.lengthOf(2);
      return lines;
    });
    const shown = await orders(stack(), ["logs", orderId]);
    const all = await ordersJson<StoryLine[]>(stack(), ["logs", orderId, "--reads"]);
    const unknown = await orders(stack(), ["logs", uuidv7()]);

    const steps = lines.filter(({ service }) => !service.startsWith("notifications"));
    expect(steps.map(({ service, outcome }) => `${service}: ${outcome}`)).to.deep.equal(COMPLETED_ORDER_STEPS);
    const times = lines.map(({ began }) => began);
    expect(times).to.deep.equal([...times].sort());
    expect(shown.output.split("\n")).to.have.lengthOf(lines.length + 2);
    expect(shown.output).to.match(/^\S+Z {2}fulfilment-process-payments +CHARGED +\d+ ms$/m);
    expect(all).to.have.length.above(lines.length);
    expect(all.some(({ service }) => service === "get-order")).to.equal(true);
    expect(unknown).to.include({ exitCode: 0 });
    expect(unknown.output).to.match(/^No function has logged anything about this order/);
  });

  it("finds no problems in a healthy stack", async () => {
    const shown = await orders(stack(), ["doctor"]);
    const { isFine, findings } = await ordersJson<{ isFine: boolean; findings: Finding[] }>(stack(), ["doctor"]);

    expect(shown).to.include({ errors: "", exitCode: 0 });
    expect(shown.output)
      .to.match(/^✔ {2}tools /)
      .and.to.match(/\n\nNo problems found\.\n$/);
    expect(isFine).to.equal(true);
    expect(findings.filter((finding) => !finding.isFine)).to.deep.equal([]);
    expect(findings).to.have.lengthOf(19);
    expect(findings.find(({ check }) => check === "payments")?.detail).to.equal(
      "Simulated: this is a demo, nobody is charged.",
    );
  });

  it("finds every problem of a stack, and advises what to do", async () => {
    const { outputs, awsClient, name } = stack();
    await insertStuckOrder(stack());
    await new SQS(awsClient).sendMessage({ QueueUrl: outputs.orderDlqUrl, MessageBody: "unreadable" });
    const alarm = { AlarmName: `orders-${name}-slow-answers`, StateValue: "ALARM", StateReason: "A drill." } as const;
    await new CloudWatch(awsClient).setAlarmState(alarm);
    const fromBefore = { pk: "PRODUCTS", sk: "OLD-1", name: "Radio", priceMinor: 1_000, stock: 5, version: 1 };
    await TestTable.of(stack()).put(fromBefore);

    const shown = await orders(stack(), ["doctor"]);
    const found = await orders(stack(), ["doctor", "--json"]);

    const wrong = (JSON.parse(found.output).findings as Finding[]).filter(({ isFine }) => !isFine);
    expect(wrong.map(({ check, detail }) => `${check}: ${detail.replace(/\d+ sec ago/, "… sec ago")}`)).to.deep.equal([
      "orders' dead letters: 1 message, the oldest from … sec ago: it failed too often, so its function's log has the reason.",
      `alarms: ${alarm.AlarmName} is in ALARM.`,
      "stuck orders: 1 order without progress.",
      "stock: 1 product of version 0.1, whose stock can't be booked yet.",
    ]);
    expect(wrong.map(({ advice }) => advice?.split(": ").at(-1))).to.include.members([
      `./orders dlq purge order --stack ${name}`,
      `./orders stuck --stack ${name}`,
      `./orders stock check --fix --stack ${name}`,
    ]);
    expect(shown.exitCode).to.equal(1);
    expect(shown.output)
      .to.match(/^✖ {2}stuck orders +1 order without progress\.\n +→ See them: \.\/orders stuck --stack \S+$/m)
      .and.to.match(/\n\n4 of 19 checks need attention\.\n$/);
    expect(found.exitCode).to.equal(1);
  });

  it("reports a stack that can't be read", async () => {
    const { exitCode, output } = await runCli(["doctor", "--stack", "none", "--json"]);

    const { isFine, findings } = JSON.parse(output);
    expect(exitCode).to.equal(1);
    expect(isFine).to.equal(false);
    expect(findings.at(-1)).to.include({ check: "stack", isFine: false });
    expect(findings.at(-1).detail).to.match(/^The outputs of the stack none can't be read: /);
  });
});
