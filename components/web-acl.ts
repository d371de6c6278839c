import type * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as wafv2 from "@pulumi/aws/wafv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { checkArgument, checkRetentionDays } from "./shared/arguments.ts";
import type { CommonArgs } from "./shared/common-args.ts";

/** The arguments of a {@link WebAcl}. */
export interface WebAclArgs extends CommonArgs {
  /** The API stages to protect, by a name for each, e.g. `{ storefront: storefront.stage }`. */
  stages: Record<string, apigateway.Stage>;
  /** Sustained requests per second for each API key, more than 0. One IP address may use a tenth of it. For example 500. */
  throttleRate: number;
  /** Days for which the log of blocked requests is kept, one of those that CloudWatch Logs accepts. For example 30. */
  logRetentionDays: pulumi.Input<number>;
}

type Rule = Omit<NonNullable<pulumi.Unwrap<wafv2.WebAclArgs["rules"]>>[number], "priority" | "visibilityConfig">;

/** WAF's default. Source: WAF's guide, "Using rate-based rule statements". */
const RATE_WINDOW_SECONDS = 300;

/** Which requests are logged: those that a rule blocked, or would have blocked. The APIs' access logs have all of them. */
const LOGGED_ACTIONS = ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"];

/**
 * A firewall in front of the APIs: rule groups maintained by AWS, a rate limit for each IP address, and a log of what they block.
 * The response to a blocked request is the API's gateway response WAF_FILTERED, a 403.
 */
export class WebAcl extends pulumi.ComponentResource {
  readonly webAcl: wafv2.WebAcl;

  constructor(name: string, args: WebAclArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:WebAcl", name, {}, options);
    const { stages, throttleRate, encryptionKey, logRetentionDays, tags = {} } = args;
    checkArgument(`WebAcl "${name}": throttleRate`, throttleRate, (rate) => rate > 0, "more than 0 requests a second");
    checkRetentionDays(`WebAcl "${name}": logRetentionDays`, logRetentionDays);
    const child = { parent: this };

    this.webAcl = new wafv2.WebAcl(
      `${name}-acl`,
      {
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        rules: rules(throttleRate).map((rule, priority) => ({
          ...rule,
          priority,
          visibilityConfig: visibility(rule.name),
        })),
        // The largest body that the functions accept. By default, only the first 16 KiB are inspected.
        associationConfig: { requestBodies: [{ apiGateway: { defaultSizeInspectionLimit: "KB_64" } }] },
        // Keeps keys and tokens out of the log and of sampled requests; redacting them in the log would leave them in the latter.
        dataProtectionConfig: {
          dataProtections: [
            {
              action: "SUBSTITUTION",
              field: { fieldType: "SINGLE_HEADER", fieldKeys: ["x-api-key", "x-order-token"] },
            },
          ],
        },
        visibilityConfig: visibility("all"),
        tags,
      },
      child,
    );
    for (const [api, { arn: resourceArn }] of Object.entries(stages)) {
      new wafv2.WebAclAssociation(`${name}-${api}`, { resourceArn, webAclArn: this.webAcl.arn }, child);
    }

    const logs = new cloudwatch.LogGroup(
      `${name}-logs`,
      {
        // WAF accepts only names with this prefix. Source: WAF's guide, "Sending logs to a CloudWatch Logs log group".
        name: `aws-waf-logs-orders-${pulumi.getStack()}`,
        retentionInDays: logRetentionDays,
        ...(encryptionKey && { kmsKeyId: encryptionKey.arn }),
        tags,
      },
      child,
    );
    new wafv2.WebAclLoggingConfiguration(
      `${name}-logging`,
      {
        resourceArn: this.webAcl.arn,
        logDestinationConfigs: [logs.arn],
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            {
              behavior: "KEEP",
              requirement: "MEETS_ANY",
              conditions: LOGGED_ACTIONS.map((action) => ({ actionCondition: { action } })),
            },
          ],
        },
      },
      child,
    );

    this.registerOutputs({ arn: this.webAcl.arn });
  }
}

/** The rules in order of priority. */
function rules(throttleRate: number): Rule[] {
  // All customers share the storefront's key: one address must not use up its rate. 10 is WAF's minimum.
  const limit = Math.max(10, Math.round((throttleRate * RATE_WINDOW_SECONDS) / 10));
  return [
    // Addresses of known bots and other threats.
    managedRules("AWSManagedRulesAmazonIpReputationList"),
    {
      name: "requests-per-address",
      action: { block: {} },
      statement: {
        rateBasedStatement: { limit, aggregateKeyType: "IP", evaluationWindowSec: RATE_WINDOW_SECONDS },
      },
    },
    managedRules("AWSManagedRulesKnownBadInputsRuleSet"),
    // SizeRestrictions_BODY blocks bodies above 8 KiB. The functions accept 64 KiB, and explain the limit with a 413.
    managedRules("AWSManagedRulesCommonRuleSet", ["SizeRestrictions_BODY"]),
  ];
}

/** A rule group of AWS. @param counted - Rules that only count requests instead of blocking them. */
function managedRules(name: string, counted: string[] = []): Rule {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}

/** Metrics and sampled requests reveal rules that block legitimate requests. */
function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}
