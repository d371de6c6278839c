import type * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { EncryptionKey } from "../../components/encryption-key.ts";
import { WebAcl, type WebAclArgs } from "../../components/web-acl.ts";
import { register } from "../support/mocks.ts";

interface Rule {
  name: string;
  priority: number;
  action?: object;
  overrideAction?: object;
  statement: {
    managedRuleGroupStatement?: { vendorName: string; name: string; ruleActionOverrides: object[] };
    rateBasedStatement?: object;
  };
  visibilityConfig: { cloudwatchMetricsEnabled: boolean; sampledRequestsEnabled: boolean };
}

describe("WebAcl", () => {
  it("protects every stage, allows what no rule blocks, and reports to CloudWatch", async () => {
    const stages = { "back-office": stage("arn:one"), storefront: stage("arn:two") };

    const resources = await register(
      () => new WebAcl("firewall", { stages, throttleRate: 500, logRetentionDays: 30, tags: { stage: "test" } }),
    );

    const associations = resources.filter(({ type }) => type === "aws:wafv2/webAclAssociation:WebAclAssociation");
    expect(associations.map(({ name, inputs }) => [name, inputs.resourceArn])).to.have.deep.members([
      ["firewall-back-office", "arn:one"],
      ["firewall-storefront", "arn:two"],
    ]);
    const acl = resources.find(({ name }) => name === "firewall-acl")?.inputs ?? {};
    expect(acl).to.deep.include({ scope: "REGIONAL", defaultAction: { allow: {} }, tags: { stage: "test" } });
    expect(acl.visibilityConfig).to.include({ cloudwatchMetricsEnabled: true });
    for (const { visibilityConfig } of acl.rules as Rule[])
      expect(visibilityConfig).to.include({ cloudwatchMetricsEnabled: true });
  });

  it("blocks by AWS's rules, and addresses that use more than a tenth of a key's rate", async () => {
    const rules = await rulesOf({ throttleRate: 100 });

    expect(rules.map(({ name, priority }) => [priority, name])).to.deep.equal([
      [0, "AWSManagedRulesAmazonIpReputationList"],
      [1, "requests-per-address"],
      [2, "AWSManagedRulesKnownBadInputsRuleSet"],
      [3, "AWSManagedRulesCommonRuleSet"],
    ]);
    const [, rate, ...others] = rules;
    // A tenth of 100 per second, over five minutes.
    expect(rate).to.deep.include({
      action: { block: {} },
      statement: { rateBasedStatement: { limit: 3_000, aggregateKeyType: "IP", evaluationWindowSec: 300 } },
    });
    for (const { overrideAction, statement } of others) {
      expect(overrideAction).to.deep.equal({ none: {} });
      expect(statement.managedRuleGroupStatement?.vendorName).to.equal("AWS");
    }
  });

  it("allows bodies as large as the functions accept, and inspects them completely", async () => {
    const resources = await register(
      () => new WebAcl("firewall", { stages: {}, throttleRate: 500, logRetentionDays: 30 }),
    );

    const { associationConfig, rules } = resources.find(({ name }) => name === "firewall-acl")?.inputs ?? {};
    const overrides = (rules as Rule[]).flatMap(
      ({ statement }) => statement.managedRuleGroupStatement?.ruleActionOverrides ?? [],
    );
    expect(overrides).to.deep.equal([{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }]);
    expect(associationConfig).to.deep.equal({
      requestBodies: [{ apiGateway: { defaultSizeInspectionLimit: "KB_64" } }],
    });
  });

  it("logs what it blocks or counts, with the retention and the key, and without API keys", async () => {
    const encryptionKey = { arn: pulumi.output("arn:key") } as EncryptionKey;
    const args = { stages: {}, throttleRate: 500, logRetentionDays: 30, encryptionKey, tags: { stage: "test" } };

    const resources = await register(() => new WebAcl("firewall", args));

    const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
    expect(inputs("firewall-logs")).to.deep.equal({
      // The prefix is WAF's condition.
      name: "aws-waf-logs-orders-test",
      retentionInDays: 30,
      kmsKeyId: "arn:key",
      tags: { stage: "test" },
    });
    expect(inputs("firewall-logging")).to.deep.equal({
      resourceArn: "arn:aws:test:us-east-1:000000000000:firewall-acl",
      logDestinationConfigs: ["arn:aws:test:us-east-1:000000000000:firewall-logs"],
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"].map((action) => ({ actionCondition: { action } })),
          },
        ],
      },
    });
    // In the log, and in sampled requests.
    expect(inputs("firewall-acl")?.dataProtectionConfig).to.deep.equal({
      dataProtections: [
        { action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: ["x-api-key", "x-order-token"] } },
      ],
    });
  });

  it("never sets a limit below WAF's minimum", async () => {
    const [, rate] = await rulesOf({ throttleRate: 0.1 });

    expect(rate?.statement.rateBasedStatement).to.include({ limit: 10 });
  });

  it("rejects an invalid throttleRate, and an invalid retention", () => {
    expect(() => new WebAcl("firewall", { stages: {}, throttleRate: 0, logRetentionDays: 30 })).to.throw(
      'WebAcl "firewall": throttleRate must be more than 0 requests a second, but is 0.',
    );
    expect(() => new WebAcl("firewall", { stages: {}, throttleRate: 500, logRetentionDays: 31 })).to.throw(
      /^WebAcl "firewall": logRetentionDays must be one of .* days, but is 31\.$/,
    );
  });
});

function stage(arn: string) {
  return { arn: pulumi.output(arn) } as apigateway.Stage;
}

async function rulesOf(args: Pick<WebAclArgs, "throttleRate">): Promise<Rule[]> {
  const resources = await register(() => new WebAcl("firewall", { stages: {}, logRetentionDays: 30, ...args }));
  return resources.find(({ name }) => name === "firewall-acl")?.inputs.rules as Rule[];
}
