import * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as kms from "@pulumi/aws/kms/index.js";
import * as wafv2 from "@pulumi/aws/wafv2/index.js";
import * as xray from "@pulumi/aws/xray/index.js";
import type * as pulumi from "@pulumi/pulumi";

/** The ARN of the key to encrypt with, if any. */
export type KeyArn = pulumi.Input<string> | undefined;

/** Two keys. A changed deployment moves the alias from one to the other, and encrypts resources. */
export function keys(changed: boolean, tags: Record<string, string>) {
  const spare = new kms.Key("spare-key");
  const key = new kms.Key("encryption-key", {
    description: changed ? "Encrypts it all" : "Encrypts",
    enableKeyRotation: true,
    deletionWindowInDays: 7,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: changed ? "kms:*" : "kms:Get*", Resource: "*" }],
    }),
    tags,
  });
  new kms.Alias("alias", { name: "alias/shop", targetKeyId: changed ? spare.keyId : key.keyId });
  return { key, arn: changed ? key.arn : undefined };
}

/** Settings that an account has only once. */
export function accountSettings(changed: boolean, role: iam.Role, tags: Record<string, string>) {
  new iam.OpenIdConnectProvider("identities", {
    url: "https://identities.example.com",
    clientIdLists: ["sts.amazonaws.com"],
    tags: { ...tags, round: "any" },
  });
  const policyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const rights = new iam.RolePolicyAttachment("attachment", { role: role.name, policyArn });
  const settings = changed ? {} : { cloudwatchRoleArn: role.arn };
  new apigateway.Account("account", settings, { dependsOn: [rights] });
  const Statement = [{ Effect: "Allow", Principal: "*", Action: changed ? "xray:*" : "xray:Get*", Resource: "*" }];
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  new xray.ResourcePolicy("traces-policy", { policyName: "traces", policyDocument });
}

/** A web ACL for the stage. */
export function firewall(changed: boolean, stage: apigateway.Stage, tags: Record<string, string>) {
  const visibility = (metricName: string) => ({
    cloudwatchMetricsEnabled: true,
    metricName,
    sampledRequestsEnabled: changed,
  });
  const webAcl = new wafv2.WebAcl("web-acl", {
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    rules: [
      {
        name: "common",
        priority: 0,
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: {
            vendorName: "AWS",
            name: "AWSManagedRulesCommonRuleSet",
            ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
          },
        },
        visibilityConfig: visibility("common"),
      },
      {
        name: "rate",
        priority: 1,
        action: { block: {} },
        statement: { rateBasedStatement: { limit: changed ? 200 : 100, aggregateKeyType: "IP" } },
        visibilityConfig: visibility("rate"),
      },
    ],
    visibilityConfig: visibility("all"),
    tags,
  });
  const logs = new cloudwatch.LogGroup("web-acl-logs", { name: "aws-waf-logs-shop" });
  new wafv2.WebAclLoggingConfiguration("web-acl-logging", {
    resourceArn: webAcl.arn,
    logDestinationConfigs: [logs.arn],
    loggingFilter: {
      defaultBehavior: changed ? "KEEP" : "DROP",
      filters: [{ behavior: "KEEP", requirement: "MEETS_ANY", conditions: [{ actionCondition: { action: "BLOCK" } }] }],
    },
  });
  new wafv2.WebAclAssociation("association", { resourceArn: stage.arn, webAclArn: webAcl.arn });
}
