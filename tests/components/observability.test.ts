import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { redeliverySeconds } from "../../handlers/lib/redelivery.ts";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

const config = { ...configDefaults(), cursorSecret: "0123456789abcdef0123456789abcdef" };
const runbook = readFileSync(join(import.meta.dirname, "..", "..", "docs", "operations.md"), "utf8");

/** The inputs of an alarm that these tests check. */
interface AlarmInputs {
  name: string;
  alarmActions: string[];
  alarmDescription: string;
  metricName?: string;
  namespace?: string;
  dimensions?: Record<string, string>;
  metricQueries?: MetricQuery[];
  statistic?: string;
  period?: number;
  threshold: number;
  comparisonOperator: string;
  treatMissingData: string;
}

interface MetricQuery {
  id: string;
  expression?: string;
  returnData?: boolean;
  metric?: { namespace: string; metricName: string; dimensions: Record<string, string>; stat: string; period: number };
}

describe("Observability", () => {
  let resources: RegisteredResource[];
  before(async () => {
    resources = await register(program, config);
  });

  describe("has alarms", () => {
    it("on messages of which nobody knows whether they were sent, and on late ones, which roll back no release", () => {
      const own = { namespace: "OrderProcessingSystem", dimensions: { Stage: "test" }, statistic: "Sum", threshold: 0 };

      expect(alarm("unknown-notifications")).to.deep.include({ ...own, metricName: "NotificationsUnknown" });
      expect(alarm("late-payments")).to.deep.include({ ...own, metricName: "PaymentsLate" });
      expect(alarm("late-notifications")).to.deep.include({ ...own, metricName: "NotificationsLate" });
    });

    it("on late payments and notifications that stay until a message that fails has come back", () => {
      const longest = redeliverySeconds(Number.POSITIVE_INFINITY);

      for (const name of ["late-payments", "late-notifications"])
        expect(alarm(name).period, name).to.be.above(longest + 600);
    });

    it("on messages that fail by a fault of our own, of more orders than one", () => {
      expect(alarm("failed-messages")).to.deep.include({
        ...{ namespace: "OrderProcessingSystem", dimensions: { Stage: "test" }, statistic: "Sum" },
        ...{ metricName: "MessagesFailed", threshold: 5, period: 600 },
      });
    });

    it("on payments of more orders than one that wait while none is done, whether they fail or nobody takes them", () => {
      const stalled = alarm("stalled-payments");

      expect(metricsOf(stalled)).to.deep.equal(
        [
          { metricName: "ApproximateNumberOfMessagesVisible", stat: "Minimum" },
          { metricName: "ApproximateNumberOfMessagesNotVisible", stat: "Minimum" },
          { metricName: "NumberOfMessagesDeleted", stat: "Sum" },
        ].map((metric) => ({
          ...{ namespace: "AWS/SQS", dimensions: { QueueName: "fulfilment-payments-messages" }, period: 300 },
          ...metric,
        })),
      );
      expect(expressionOf(stalled)).to.equal("IF(FILL(done, 0) == 0, FILL(visible, 0) + FILL(hidden, 0), 0)");
      expect(stalled).to.include({ threshold: 2, evaluationPeriods: 3 });
    });

    it("that fire when a dead-letter queue has messages", () => {
      const names = ["order-dead-letters", "payment-dead-letters", "customer-dead-letters", "unpublished-events"];
      const alarms = names.map((name) => alarm(name));

      for (const { metricName, statistic, threshold, comparisonOperator } of alarms) {
        expect({ metricName, statistic, threshold, comparisonOperator }).to.deep.equal({
          metricName: "ApproximateNumberOfMessagesVisible",
          statistic: "Maximum",
          threshold: 0,
          comparisonOperator: "GreaterThanThreshold",
        });
      }
      expect(alarms.map(({ dimensions }) => dimensions?.QueueName)).to.deep.equal([
        "order-queue-dead-letters",
        "fulfilment-payments-dead-letters",
        "notifications-customers-dead-letters",
        "notifications-unpublished",
      ]);
    });

    it("on the stage's own metrics: unavailable, parked and stuck orders, and the sweeper's runs", () => {
      const own = { namespace: "OrderProcessingSystem", dimensions: { Stage: "test" }, statistic: "Sum", period: 300 };

      expect(alarm("processing-errors")).to.deep.include({ ...own, metricName: "OrdersUnavailable", threshold: 0 });
      expect(alarm("parked-orders")).to.deep.include({ ...own, statistic: "Maximum", metricName: "OrdersParked" });
      expect(alarm("stuck-orders")).to.deep.include({ ...own, metricName: "OrdersStuck", threshold: 0 });
      expect(alarm("sweeper-silent")).to.deep.include({
        ...own,
        metricName: "SweeperRuns",
        threshold: 1,
        comparisonOperator: "LessThanThreshold",
        // Without runs there is no data.
        treatMissingData: "breaching",
      });
    });

    it("that don't fire without data, except for the sweeper's", () => {
      const others = alarms().filter(({ name }) => name !== "orders-test-sweeper-silent");

      for (const { name, treatMissingData } of others) expect(treatMissingData, name).to.equal("notBreaching");
    });

    it("on the worse of both APIs: percentage of server errors, and 99th percentile of latency", () => {
      const apis = ["back-office-api", "storefront-api"].map((ApiName) => ({ ApiName, Stage: "v1" }));
      const errors = alarm("server-errors");
      const latency = alarm("slow-answers");

      expect(metricsOf(errors).map(({ dimensions }) => dimensions)).to.deep.equal(apis);
      expect(metricsOf(latency).map(({ dimensions }) => dimensions)).to.deep.equal(apis);
      expect(metricsOf(errors)[0]).to.include({ metricName: "5XXError", stat: "Average" });
      expect(metricsOf(latency)[0]).to.include({ metricName: "Latency", stat: "p99" });
      for (const inputs of [errors, latency]) expect(inputs).to.include({ evaluationPeriods: 3, datapointsToAlarm: 2 });
      expect(expressionOf(errors)).to.equal("100 * MAX(FILL(METRICS(), 0))");
    });

    it("on the errors and throttles of each single function", () => {
      const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function").map(({ name }) => name);

      for (const metricName of ["Errors", "Throttles"]) {
        const watching = alarms().filter((inputs) => metricsOf(inputs)[0]?.metricName === metricName);
        const watched = watching.flatMap((inputs) =>
          metricsOf(inputs).map(({ dimensions }) => dimensions.FunctionName),
        );
        expect(watched.sort(), metricName).to.deep.equal(functions.sort());
        for (const inputs of watching) expect(expressionOf(inputs)).to.equal("MAX(FILL(METRICS(), 0))");
      }
    });

    it("on failed workflows, and on the age of events in the stream", () => {
      const workflows = metricsOf(alarm("failed-workflows"));

      expect(workflows.map(({ metricName }) => metricName)).to.deep.equal(["ExecutionsFailed", "ExecutionsTimedOut"]);
      expect(alarm("late-events")).to.deep.include({
        namespace: "AWS/Lambda",
        metricName: "IteratorAge",
        dimensions: { FunctionName: "notifications-publish-events-function" },
        statistic: "Maximum",
        threshold: 60_000,
      });
    });

    it("with expressions that CloudWatch accepts: at most ten metrics of the same period, and one result", () => {
      for (const { name, metricQueries = [] } of alarms()) {
        if (metricQueries.length === 0) continue;
        const metrics = metricQueries.filter(({ metric }) => metric);
        expect(metrics.length, name).to.be.within(1, 10);
        expect(new Set(metrics.map(({ metric }) => metric?.period)).size, name).to.equal(1);
        expect(metricQueries.filter(({ returnData }) => returnData).length, name).to.equal(1);
        for (const { id } of metricQueries) expect(id, name).to.match(/^[a-z]\w*$/);
      }
    });

    it("that notify the topic, say what to do, and have an entry in the runbook", () => {
      const entries = [...runbook.matchAll(/^### `([a-z-]+)`$/gm)].map(([, name]) => `orders-test-${name}`);

      const withStripe = ["webhook-dead-letters", "unreconciled-payments"].map((name) => `orders-test-${name}`);
      expect(entries.filter((name) => !withStripe.includes(name)).sort()).to.deep.equal(
        alarms()
          .map(({ name }) => name)
          .sort(),
      );
      for (const { name, alarmActions, alarmDescription } of alarms()) {
        expect(alarmActions, name).to.deep.equal(["arn:aws:test:us-east-1:000000000000:observability-alarms"]);
        // CloudWatch allows 1,024 characters.
        expect(alarmDescription.length, name).to.be.within(50, 1_024);
        expect(alarmDescription, name).to.match(/^[A-Z].*\. [A-Z].*\.$/);
      }
    });

    it("with the configured thresholds", async () => {
      const thresholds = {
        ...{ alarmDeadLetters: "1", alarmFailedOrders: "2", alarmServerErrorPercent: "3", alarmLatencyMs: "4" },
        ...{ alarmFunctionErrors: "5", alarmFunctionThrottles: "6", alarmFailedWorkflows: "7" },
        ...{
          alarmEventAgeSeconds: "8",
          alarmStuckOrders: "9",
          alarmSweeperSilentMinutes: "10",
          alarmParkedOrders: "11",
        },
      };
      resources = await register(program, { ...config, ...thresholds });

      const values = Object.fromEntries(
        alarms().map(({ name, threshold }) => [name.slice("orders-test-".length), threshold]),
      );
      expect(values).to.deep.equal({
        ...{ "order-dead-letters": 1, "customer-dead-letters": 1, "unpublished-events": 1, "processing-errors": 2 },
        ...{ "server-errors": 3, "slow-answers": 4 },
        ...{ "api-function-errors": 5, "workflow-function-errors": 5, "event-function-errors": 5 },
        ...{ "api-function-throttles": 6, "workflow-function-throttles": 6, "event-function-throttles": 6 },
        ...{ "payment-dead-letters": 1, "late-payments": 0, "stalled-payments": 2, "failed-messages": 5 },
        ...{ "unknown-notifications": 0, "late-notifications": 0 },
        ...{ "failed-workflows": 7, "late-events": 8_000, "stuck-orders": 9, "sweeper-silent": 1, "parked-orders": 11 },
      });
      expect(alarm("sweeper-silent")).to.deep.include({
        period: 600,
        warmUpConfiguration: { warmUpPeriodDurationInMinutes: 10 },
      });
    });
  });

  it("lets its alarms publish to the topic, only with TLS, and subscribes the configured addresses", async () => {
    resources = await register(program, { ...config, alarmSubscribers: '["on-call@example.com"]' });

    const [tls, fromAlarms] = JSON.parse(inputsOf("observability-alarms-policy").policy as string).Statement;
    expect(tls).to.include({ Effect: "Deny", Action: "sns:Publish" });
    expect(tls.Condition).to.deep.equal({ Bool: { "aws:SecureTransport": "false" } });
    expect(fromAlarms).to.deep.include({
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: "arn:aws:test:us-east-1:000000000000:observability-alarms",
    });
    const alarmArns = resources
      .filter(({ type }) => type === ALARM)
      .map(({ name }) => `arn:aws:test:us-east-1:000000000000:${name}`);
    expect(fromAlarms.Condition.ArnEquals["aws:SourceArn"]).to.have.members(alarmArns);
    expect(inputsOf("observability-subscriber-1")).to.deep.include({
      topic: "arn:aws:test:us-east-1:000000000000:observability-alarms",
      protocol: "email",
      endpoint: "on-call@example.com",
    });
  });

  it("rejects invalid arguments", async () => {
    const deploy = (changes: Record<string, string>) =>
      register(program, { ...config, ...changes }).then(
        () => "",
        ({ message }) => message,
      );

    expect(await deploy({ alarmLatencyMs: "-1" })).to.equal(
      'Observability "observability": thresholds.latencyMs must be 0 or more, but is -1.',
    );
    expect(await deploy({ alarmSweeperSilentMinutes: "0" })).to.equal(
      'Observability "observability": thresholds.sweeperSilentMinutes must be a whole number of minutes, up to a day, but is 0.',
    );
    expect(await deploy({ alarmSubscribers: '["on-call"]' })).to.equal(
      'Observability "observability": subscribers must be a list of email addresses, but is ["on-call"].',
    );
  });

  function alarms(): AlarmInputs[] {
    return resources.filter(({ type }) => type === ALARM).map(({ inputs }) => inputs as unknown as AlarmInputs);
  }

  function alarm(name: string): AlarmInputs {
    return inputsOf(`observability-${name}`) as unknown as AlarmInputs;
  }

  function inputsOf(name: string): RegisteredResource["inputs"] {
    return resources.find((resource) => resource.name === name)?.inputs ?? {};
  }
});

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

function metricsOf({ metricQueries = [] }: AlarmInputs) {
  return metricQueries.flatMap(({ metric }) => metric ?? []);
}

function expressionOf({ metricQueries = [] }: AlarmInputs): string | undefined {
  return metricQueries.find(({ returnData }) => returnData)?.expression;
}
