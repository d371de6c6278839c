import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sum } from "es-toolkit";
import { before, describe, it } from "mocha";
import { FAILURE_REASONS } from "../../domain/failure-reasons.ts";
import { METRIC_UNITS } from "../../domain/metrics.ts";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { FIXED, type Fixed } from "../../tools/cost/counts.ts";
import { root } from "../../tools/paths.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

const isUpdate = process.env.UPDATE_COUNTS !== undefined;

describe("The fixed costs", () => {
  let resources: RegisteredResource[];
  before(async () => {
    // With everything that has a price; the bill leaves out what is not enabled.
    const config = { customerManagedKey: "true", webAcl: "true", cursorSecret: "0123456789abcdef0123456789abcdef" };
    resources = await register(program, { ...configDefaults(), ...config });
  });

  it("are those in tools/cost/fixed.json, which ./orders recount updates", () => {
    const fixed = countFixed();

    if (isUpdate) writeFileSync(join(root, "tools", "cost", "fixed.json"), `${JSON.stringify(fixed, null, 2)}\n`);
    else expect(fixed).to.deep.equal(FIXED);
  });

  function countFixed(): Fixed {
    const functions = inputsOf<FunctionInputs>("lambda/function:Function");
    const logGroups = inputsOf<{ retentionInDays: number }>("cloudwatch/logGroup:LogGroup");
    const alarms = inputsOf<{ metricQueries?: { metric?: object }[] }>("cloudwatch/metricAlarm:MetricAlarm");
    const mappings = inputsOf<MappingInputs>("lambda/eventSourceMapping:EventSourceMapping");
    const [stage] = inputsOf<{ accessLogSettings: { format: string } }>("apigateway/stage:Stage");
    const [settings] = inputsOf<{ settings: { metricsEnabled: boolean } }>("apigateway/methodSettings:MethodSettings");
    const webAcls = inputsOf<{ rules: object[] }>("wafv2/webAcl:WebAcl");
    const methods = inputsOf<{ body: string }>("apigateway/restApi:RestApi").map(({ body }) => methodsOf(body));
    return {
      functionMemory: onlyValue(functions.map(({ memorySize }) => memorySize)),
      tableUsers: functions.filter(({ environment }) => environment.variables.ORDERS_TABLE).length,
      polledQueues: mappings.filter(({ eventSourceArn }) => /messages$/.test(eventSourceArn)).length,
      queues: inputsOf("sqs/queue:Queue").length,
      topics: inputsOf("sns/topic:Topic").length,
      logGroups: logGroups.length,
      logRetentionDays: onlyValue(logGroups.map(({ retentionInDays }) => retentionInDays)),
      accessLogBytes: Buffer.byteLength(accessLogLine(stage?.accessLogSettings.format ?? "")),
      // An alarm on an expression is billed for each of its metrics.
      alarmMetrics: sum(
        alarms.map(({ metricQueries = [{ metric: {} }] }) => metricQueries.filter(({ metric }) => metric).length),
      ),
      // Without dimensions, by stage, and failures by reason.
      customMetrics: 2 * Object.keys(METRIC_UNITS).length + FAILURE_REASONS.length,
      methodMetrics: settings?.settings.metricsEnabled ? METRICS_PER_METHOD * sum(methods) : 0,
      dashboards: inputsOf("cloudwatch/dashboard:Dashboard").length,
      secrets: inputsOf("secretsmanager/secret:Secret").length,
      keys: inputsOf("kms/key:Key").length,
      webAcls: webAcls.length,
      webAclRules: sum(webAcls.map(({ rules }) => rules.length)),
    };
  }

  function inputsOf<T>(type: string): T[] {
    return resources.filter((resource) => resource.type === `aws:${type}`).map(({ inputs }) => inputs as T);
  }
});

interface FunctionInputs {
  memorySize: number;
  environment: { variables: Record<string, string> };
}

interface MappingInputs {
  eventSourceArn: string;
}

/** Count, 4XXError, 5XXError, Latency, IntegrationLatency. Source: API Gateway's developer guide, "metrics and dimensions". */
const METRICS_PER_METHOD = 5;

/** Values of typical length for the variables of access logs. */
const TYPICAL_VALUES: Record<string, string> = {
  requestId: "3ad0369a-0c1f-4ea0-8f86-2b3f8c0f7a0a",
  requestTime: "21/Nov/2026:15:10:48 +0000",
  "identity.sourceIp": "203.0.113.100",
  httpMethod: "POST",
  resourcePath: "/orders/{orderId}",
  status: "201",
  responseLength: "184",
  responseLatency: "120",
  integrationLatency: "110",
  "error.responseType": "-",
  xrayTraceId: "1-5e34a614-10bdxmplf1fb44f07bc535a1",
};

function accessLogLine(format: string): string {
  return format.replaceAll(/\$context\.([\w.]+)/g, (variable, name) => {
    const value = TYPICAL_VALUES[name];
    if (value === undefined) throw new Error(`TYPICAL_VALUES has no value for ${variable}.`);
    return value;
  });
}

/** Number of an API's methods, including those for preflight requests. */
function methodsOf(body: string): number {
  const { paths } = JSON.parse(body) as { paths: Record<string, object> };
  return sum(Object.values(paths).map((path) => Object.keys(path).length));
}

/** @throws Error unless all values are the same. */
function onlyValue(values: number[]): number {
  const [value = 0, ...others] = new Set(values);
  if (others.length > 0) throw new Error(`Expected one value, but found ${[value, ...others].join(", ")}.`);
  return value;
}
