import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { BundledFunction } from "../../components/bundled-function.ts";
import definition from "../../components/order-workflow.asl.json" with { type: "json" };
import { SafeRelease } from "../../components/safe-release.ts";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

const FUNCTION = "aws:lambda/function:Function";
const ALIAS = "aws:lambda/alias:Alias";
const DEPLOYMENT_GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";
/** The inputs of an alarm that say how soon it fires. */
interface AlarmInputs {
  name: string;
  period?: number;
  evaluationPeriods: number;
  metricQueries?: { metric?: { period: number } }[];
}

/** How long an alarm may take to fire. A fault may begin just after a period has, and the metrics come a minute late. */
function secondsToFire({ period, evaluationPeriods, metricQueries = [] }: AlarmInputs): number {
  const periods = metricQueries.flatMap(({ metric }) => metric?.period ?? []);
  return Math.max(period ?? 0, ...periods) * (evaluationPeriods + 1) + 60;
}

const secrets = { cursorSecret: "0123456789abcdef0123456789abcdef" };

describe("SafeRelease", () => {
  let resources: RegisteredResource[];
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  before(async () => {
    resources = await register(program, { ...configDefaults(), ...secrets, safeRelease: "true" });
  });

  it("publishes versions of every function, each with the alias live", () => {
    expect(ofType(FUNCTION)).to.have.lengthOf(20);
    for (const { name, inputs } of ofType(FUNCTION)) expect(inputs.publish, name).to.equal(true);
    expect(ofType(ALIAS).map(({ inputs }) => inputs.functionName)).to.have.members(
      ofType(FUNCTION).map(({ name }) => name),
    );
    for (const { inputs } of ofType(ALIAS)) expect(inputs.name).to.equal("live");
  });

  it("makes all callers use the alias", () => {
    const callers = resources.filter(({ type }) => type !== "aws:lambda/permission:Permission" && type !== ALIAS);
    // CodeDeploy needs the functions to move their aliases, older executions of the workflow to call them.
    const others = ["release-policy", "fulfilment-policy"];
    const text = JSON.stringify(callers.filter(({ name }) => !others.includes(name)));

    const calls = [...text.matchAll(/(?:invoke|us-east-1:000000000000):([\w-]+-function)(?![\w-])(:live)?/g)];
    expect(calls.length).to.be.above(20);
    expect(calls.filter(([, , alias]) => !alias).map(([, name]) => name)).to.deep.equal([]);
    for (const { name, inputs } of ofType("aws:lambda/permission:Permission"))
      expect(inputs.qualifier, name).to.equal("live");
  });

  it("has a deployment group for each function, with a canary and rollback on alarms", () => {
    const [application] = ofType("aws:codedeploy/application:Application");

    expect(application?.inputs).to.deep.include({ name: "orders-test", computePlatform: "Lambda" });
    expect(ofType(DEPLOYMENT_GROUP)).to.have.lengthOf(20);
    for (const { inputs } of ofType(DEPLOYMENT_GROUP)) {
      expect(inputs).to.deep.include({
        appName: "orders-test",
        deploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent30Minutes",
        deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      });
      expect(inputs.autoRollbackConfiguration).to.deep.equal({
        enabled: true,
        events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
      });
    }
  });

  it("is rolled back by exactly the alarms on errors", () => {
    const alarms = ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs.name);

    for (const { inputs } of ofType(DEPLOYMENT_GROUP)) {
      const { enabled, alarms: watched } = inputs.alarmConfiguration as { enabled: boolean; alarms: string[] };
      expect(enabled).to.equal(true);
      expect(alarms).to.include.members(watched);
      expect(watched).to.have.members(
        [
          ...["server-errors", "api-function-errors", "workflow-function-errors", "event-function-errors"],
          "failed-messages",
        ].map((alarm) => `orders-test-${alarm}`),
      );
    }
  });

  it("lasts longer than the slowest of these alarms needs", () => {
    const [group] = ofType(DEPLOYMENT_GROUP);
    const { alarmConfiguration, deploymentConfigName } = group?.inputs ?? {};
    const { alarms: watched } = alarmConfiguration as { alarms: string[] };
    const [, minutes] = /(\d+)Minutes$/.exec(deploymentConfigName as string) ?? [];

    const alarms = ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(
      ({ inputs }) => inputs as unknown as AlarmInputs,
    );
    const needed = alarms.filter(({ name }) => watched.includes(name)).map(secondsToFire);

    expect(needed).to.have.lengthOf(watched.length);
    expect(Number(minutes) * 60).to.be.above(Math.max(...needed));
  });

  it("is not rolled back by one order, even if two executions of it fail in the same step all the time", () => {
    const [order] = ofType("aws:cloudwatch/metricAlarm:MetricAlarm").filter(
      ({ inputs }) => inputs.name === "orders-test-workflow-function-errors",
    );
    const retries = definition.States.CompleteOrder.Retry.map(({ MaxAttempts }) => MaxAttempts);

    expect(order?.inputs.threshold).to.be.above(2 * (Math.max(...retries) + 1));
  });

  it("adds only an alias and a deployment group for each function, and four resources for CodeDeploy", async () => {
    const without = await register(program, { ...configDefaults(), ...secrets });

    const added = resources.filter(({ name }) => !without.some((other) => other.name === name));
    expect(added).to.have.lengthOf(20 + 20 + 4);
    expect(without.map(({ type }) => type)).to.not.include(ALIAS);
  });

  it("rejects functions without an alias, and a canary without alarms", async () => {
    const entry = join(import.meta.dirname, "..", "..", "handlers", "get-order.ts");
    const release = (safeRelease: boolean) =>
      register(() => {
        const fn = new BundledFunction("get-order", { entry, safeRelease, logRetentionDays: 7 });
        new SafeRelease("release", { functions: [fn], alarms: [] });
      }).then(
        () => "",
        ({ message }) => message,
      );

    expect(await release(false)).to.equal('SafeRelease "release": functions need safeRelease: set it for get-order.');
    expect(await release(true)).to.equal('SafeRelease "release": number of alarms must be 1 to 10, but is 0.');
  });
});
