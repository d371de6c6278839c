import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { type RegisteredResource, register } from "../support/mocks.ts";

const SECRETS = { cursorSecret: "0123456789abcdef0123456789abcdef", stripeSecretKey: "sk_test_1" };
const STRIPE = { paymentGateway: "stripe", stripePublishableKey: "pk_test_1" };

describe("Reconciliation", () => {
  let resources: RegisteredResource[];
  const find = (name: string) => resources.find((resource) => resource.name === name)?.inputs ?? {};
  const named = (part: string) => resources.filter(({ name }) => name.includes(part)).map(({ name }) => name);

  before(async () => {
    resources = await register(program, { ...configDefaults(), ...SECRETS, ...STRIPE, safeRelease: "true" });
  });

  it("runs hourly for the last day, and daily for the last week, for as long as Lambda lets it", () => {
    const schedules = ["hourly", "daily"].map((name) => [
      find(`reconciliation-${name}-schedule`).scheduleExpression,
      find(`reconciliation-${name}-target`).input,
      find(`reconciliation-${name}-target`).arn,
    ]);

    const alias = "arn:aws:test:us-east-1:000000000000:reconciliation-reconcile-payments-function:live";
    expect(schedules).to.deep.equal([
      ["rate(1 hour)", '{"days":1}', alias],
      ["rate(1 day)", '{"days":7}', alias],
    ]);
    expect(find("reconciliation-reconcile-payments-function").timeout).to.equal(900);
  });

  it("has an alarm that fires when something differs, or nothing is compared for a day, and rolls back no release", () => {
    expect(find("observability-unreconciled-payments")).to.deep.include({
      ...{ metricName: "PaymentsUnreconciled", dimensions: { Stage: "test" }, statistic: "Maximum", period: 86_400 },
      ...{ comparisonOperator: "GreaterThanThreshold", threshold: 0, treatMissingData: "breaching" },
      warmUpConfiguration: { warmUpPeriodDurationInMinutes: 1_440 },
    });
    const groups = resources.filter(({ type }) => type === "aws:codedeploy/deploymentGroup:DeploymentGroup");
    expect(groups).to.not.be.empty;
    for (const { name, inputs } of groups)
      expect(JSON.stringify(inputs.alarmConfiguration), name).to.not.include("unreconciled-payments");
  });

  it("is there only where payments are made through Stripe: there is nothing to compare with simulated ones", async () => {
    resources = await register(program, { ...configDefaults(), ...SECRETS });

    expect([...named("reconcil"), ...named("unreconciled")]).to.deep.equal([]);
  });
});
