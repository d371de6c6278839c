import type * as apigateway from "@pulumi/aws/apigateway/index.js";
import * as wafv2 from "@pulumi/aws/wafv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { checkArgument } from "./shared/arguments.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";

/** The arguments of a {@link WebAcl}. */
export interface WebAclArgs extends TaggedArgs {
  /** The stages of the APIs that it stands before, by names for their associations. */
  stages: Record<string, apigateway.Stage>;
  /** Requests a second that an API's key may make in the long run; one address may make a tenth of them. */
  throttleRate: number;
}

type Rule = Omit<NonNullable<pulumi.Unwrap<wafv2.WebAclArgs["rules"]>>[number], "priority" | "visibilityConfig">;

/** AWS counts an address's requests over five minutes. Source: WAF's guide, "Using rate-based rule statements". */
const RATE_WINDOW_SECONDS = 300;

/**
 * A firewall before the APIs, of rule groups that AWS keeps up to date and a limit for each address. It answers 403 to
 * what it blocks, in the words of the API's gateway responses.
 */
export class WebAcl extends pulumi.ComponentResource {
  readonly webAcl: wafv2.WebAcl;

  constructor(name: string, args: WebAclArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:WebAcl", name, {}, options);
    const { stages, throttleRate, tags = {} } = args;
    checkArgument(`WebAcl "${name}": throttleRate`, throttleRate, (rate) => rate > 0, "more than 0 requests a second");
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
        // All of the largest body that the functions take, 64 KiB: by default, what comes after 16 KiB goes unseen.
        associationConfig: { requestBodies: [{ apiGateway: { defaultSizeInspectionLimit: "KB_64" } }] },
        visibilityConfig: visibility("all"),
        tags,
      },
      child,
    );
    for (const [api, { arn: resourceArn }] of Object.entries(stages)) {
      new wafv2.WebAclAssociation(`${name}-${api}`, { resourceArn, webAclArn: this.webAcl.arn }, child);
    }

    this.registerOutputs({ arn: this.webAcl.arn });
  }
}

/** What blocks, first to last. */
function rules(throttleRate: number): Rule[] {
  // Whoever needs more would leave too little for others with the same key, as all customers of the storefront have it.
  const limit = Math.max(10, Math.round((throttleRate * RATE_WINDOW_SECONDS) / 10));
  return [
    // Addresses known for bots and other threats.
    managedRules("AWSManagedRulesAmazonIpReputationList"),
    {
      name: "requests-per-address",
      action: { block: {} },
      statement: {
        rateBasedStatement: { limit, aggregateKeyType: "IP", evaluationWindowSec: RATE_WINDOW_SECONDS },
      },
    },
    managedRules("AWSManagedRulesKnownBadInputsRuleSet"),
    // It blocks bodies above 8 KiB. The functions take up to 64 KiB, and answer 413 to more, which tells the caller why.
    managedRules("AWSManagedRulesCommonRuleSet", ["SizeRestrictions_BODY"]),
  ];
}

/** A group of AWS's rules, but for those that shall only be counted. */
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

/** Metrics, and samples of requests: a rule that blocks whom it should not is found by them. */
function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}
