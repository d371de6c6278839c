import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import * as v from "valibot";
import { FAILURE_REASONS } from "../../domain/failure-reasons.ts";
import { METRIC_UNITS, METRICS_NAMESPACE } from "../../domain/metrics.ts";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";
import { dashboardSchema } from "./dashboard-schema.ts";

const handlers = join(import.meta.dirname, "..", "..", "handlers");

/** Commands for log groups of the standard class. Source: CloudWatch Logs' user guide, "Supported commands". */
const COMMANDS = /^(dedup|display|fields|filter|limit|parse|pattern|sort|stats|unmask) \S/;

describe("The dashboard", () => {
  let resources: RegisteredResource[];
  let widgets: v.InferOutput<typeof dashboardSchema>["widgets"];
  before(async () => {
    resources = await register(program, { ...configDefaults(), cursorSecret: "0123456789abcdef0123456789abcdef" });
    const body = JSON.parse(inputsOf("observability-dashboard").dashboardBody as string);
    ({ widgets } = v.parse(dashboardSchema, body));
  });

  it("has the stage's name, and a valid body", () => {
    expect(inputsOf("observability-dashboard").dashboardName).to.equal("orders-test");
    // `before` has validated the body; prove that the schema rejects invalid ones.
    const misspelt = { widgets: [{ ...widgets[1], properties: { ...widgets[1]?.properties, titel: "Orders" } }] };
    const halfDimension = {
      widgets: [
        { ...widgets[1], properties: { ...widgets[1]?.properties, metrics: [["AWS/SQS", "Sent", "QueueName"]] } },
      ],
    };
    for (const body of [misspelt, halfDimension]) expect(v.safeParse(dashboardSchema, body).success).to.equal(false);
  });

  it("shows every alarm's state, and widgets don't overlap", () => {
    const alarms = widgets.flatMap((widget) => (widget.type === "alarm" ? widget.properties.alarms : []));
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)}/${y + Math.floor(cell / width)}`),
    );

    const existing = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(alarms).to.have.members(existing.map(({ name }) => `arn:aws:test:us-east-1:000000000000:${name}`));
    expect(new Set(cells).size).to.equal(cells.length);
    for (const { x, width } of widgets) expect(x + width).to.be.at.most(24);
  });

  it("shows all of the system's own metrics and no others in their namespace, and failures by every reason", () => {
    const own = metrics().filter(([namespace]) => namespace === METRICS_NAMESPACE);
    const byReason = own.filter((parts) => parts.includes("Reason"));

    expect([...new Set(own.map(([, name]) => name))]).to.have.members(Object.keys(METRIC_UNITS));
    for (const parts of own) expect(parts.slice(2, 4), parts[1] as string).to.deep.equal(["Stage", "test"]);
    expect(byReason.map((parts) => parts[parts.indexOf("Reason") + 1])).to.deep.equal(FAILURE_REASONS);
  });

  it("shows only own metrics that a handler publishes", () => {
    const code = readdirSync(handlers, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(handlers, file), "utf8"))
      .join("\n");

    for (const metric of Object.keys(METRIC_UNITS))
      expect(code, metric).to.match(new RegExp(`measure\\([^)]*\\b${metric}:`));
  });

  it("shows AWS's metrics of APIs, queues, functions and workflow", () => {
    const names = (namespace: string) =>
      [
        ...new Set(
          metrics()
            .filter(([other]) => other === namespace)
            .map(([, name]) => name),
        ),
      ].sort();

    expect(names("AWS/ApiGateway")).to.deep.equal(["4XXError", "5XXError", "Count", "Latency"]);
    expect(names("AWS/SQS")).to.deep.equal(["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"]);
    expect(names("AWS/Lambda")).to.deep.equal(["Errors", "IteratorAge", "Throttles"]);
    expect(names("AWS/States")).to.deep.equal([
      ...["ExecutionsFailed", "ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsTimedOut"],
    ]);
  });

  describe("has saved queries", () => {
    it("in a folder of the stage, with commands of Logs Insights", () => {
      const queries = resources.filter(({ type }) => type === "aws:cloudwatch/queryDefinition:QueryDefinition");

      expect(queries.map(({ inputs }) => inputs.name)).to.have.members([
        "orders-test/order-story",
        "orders-test/slowest-requests",
        "orders-test/failures-by-reason",
      ]);
      for (const { name, inputs } of queries) {
        const [comment, ...commands] = (inputs.queryString as string).split("\n");
        expect(comment, name).to.match(/^# [A-Z].*\.$/);
        for (const command of commands) expect(command.replace(/^\| /, ""), name).to.match(COMMANDS);
        expect(
          commands.slice(1).every((command) => command.startsWith("| ")),
          name,
        ).to.equal(true);
        // Logs Insights allows 50 log groups.
        expect((inputs.logGroupNames as string[]).length, name).to.be.within(1, 50);
      }
    });

    it("for everything logged for an order by any function", () => {
      const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
      const { logGroupNames, queryString } = inputsOf("observability-order-story");

      const logs = functions.map(({ inputs }) => (inputs.loggingConfig as { logGroup: string }).logGroup);
      expect(logGroupNames).to.have.members(logs);
      expect(queryString).to.include('filter orderId = "ORDER_ID"');
    });

    it("for the slowest requests, with fields of the access logs", () => {
      const { logGroupNames, queryString } = inputsOf("observability-slowest-requests");
      const { format } = inputsOf("storefront-stage").accessLogSettings as { format: string };

      const [, fields = ""] = /\nfields (.*)\n/.exec(queryString as string) ?? [];
      const known = ["@timestamp", ...Object.keys(JSON.parse(format))];
      expect(known).to.include.members(fields.split(", "));
      expect(logGroupNames).to.deep.equal(["/orders/test/back-office-access", "/orders/test/storefront-access"]);
    });
  });

  function metrics(): (string | object)[][] {
    return widgets.flatMap((widget) => (widget.type === "metric" ? widget.properties.metrics : []));
  }

  function inputsOf(name: string): RegisteredResource["inputs"] {
    return resources.find((resource) => resource.name === name)?.inputs ?? {};
  }
});
