import { computed } from "../../support/mocks.ts";
import { findingUnless, ofType, type Rule, refersTo, resource, valueAt, withInputs, without } from "./rule.ts";

const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";

const managed = (name: string) => ({ statement: { managedRuleGroupStatement: { vendorName: "AWS", name } } });
const ANONYMOUS = "AWSManagedRulesAnonymousIpList";
const BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet";

/** Rules on WAF. */
export const WAF_RULES: Rule[] = [
  {
    ids: ["CKV2_AWS_31"],
    title: "The web ACL has a logging configuration",
    source: "checkov, WAF2HasLogs",
    appliesTo: [WEB_ACL],
    check: (webAcl, program) =>
      findingUnless(
        ofType(program, LOGGING).some(({ inputs }) => refersTo(inputs.resourceArn, webAcl)),
        "has no logs",
      ),
    mutations: {
      "without one": without(LOGGING),
      "whose logs are another's": withInputs(LOGGING, { resourceArn: "arn:aws:wafv2:::other" }),
    },
    example: [resource(WEB_ACL, "acl"), resource(LOGGING, "logging", { resourceArn: computed("acl").arn })],
  },
  {
    ids: ["CKV2_AWS_77"],
    title: "The REST API's web ACL has AWS's rules against Log4j's vulnerability, and against anonymous addresses",
    source: "checkov, APIGatewayWebACLConfiguredWIthLog4jVulnerability",
    appliesTo: [WEB_ACL],
    check: ({ inputs }) => {
      const rules = (inputs.rules ?? []) as object[];
      const groups = rules.map((rule) => valueAt(rule, "statement.managedRuleGroupStatement.name"));
      return [ANONYMOUS, BAD_INPUTS].filter((name) => !groups.includes(name)).map((name) => `has no ${name}`);
    },
    mutations: {
      "without rules": { rules: undefined },
      "without the rules on known bad inputs": { rules: [managed(ANONYMOUS)] },
      "without the rules on anonymous addresses": { rules: [managed(BAD_INPUTS)] },
    },
    example: [resource(WEB_ACL, "acl", { rules: [managed(ANONYMOUS), managed(BAD_INPUTS)] })],
  },
];
