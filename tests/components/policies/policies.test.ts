import { expect } from "chai";
import { before, describe, it } from "mocha";
import account from "../../../account/index.ts";
import program from "../../../index.ts";
import { ACCOUNT_SETTINGS, OWN_DOMAIN, register, stageConfig } from "../../support/mocks.ts";
import { isLike } from "../iam-evaluation.ts";
import { POLICY_EXCEPTIONS, type PolicyException } from "./exceptions.ts";
import { type Finding, lint } from "./parliament.ts";
import { policiesOf } from "./policies.ts";

const SECRETS = { cursorSecret: "0123456789abcdef0123456789abcdef" };
const STRIPE = {
  paymentGateway: "stripe",
  stripeSecretKey: "sk_test_1",
  stripePublishableKey: "pk_test_1",
  stripeWebhookSecret: "whsec_1",
};

/** The programs whose policies are checked, with every setting that adds one. */
const PROGRAMS: Record<string, [program: () => unknown, config: Record<string, string>]> = {
  dev: [program, { ...stageConfig("dev"), ...SECRETS }],
  prod: [program, { ...stageConfig("prod"), ...SECRETS, ...OWN_DOMAIN, ...STRIPE }],
  account: [account, ACCOUNT_SETTINGS],
};

describe("The policies of dev, prod and the account", () => {
  const policies: Record<string, string> = {};
  let findings: Finding[];
  before(async () => {
    for (const [name, [program, config]] of Object.entries(PROGRAMS)) {
      const own = policiesOf(await register(program, config));
      for (const [resource, policy] of Object.entries(own)) policies[`${name}/${resource}`] = policy;
    }
    findings = lint(policies);
  });

  it("are all there: of roles and their trust, queues, topics, buckets, keys and traces", () => {
    const some = [
      ...["dev/create-order-policy", "dev/create-order-role", "dev/order-queue-messages-policy", "dev/website-policy"],
      ...["dev/notifications-policy", "prod/encryption-key", "prod/release-policy"],
      ...["account/github-prod", "account/github-prod-policy", "account/sns-traces-policy"],
    ];
    expect(policies).to.include.all.keys(some);
  });

  it("name resources that AWS could have", () => {
    for (const [name, policy] of Object.entries(policies)) expect(policy, name).to.not.include("arn:aws:test:");
  });

  it("satisfy parliament", () => {
    const unexcused = findings.filter((finding) => !POLICY_EXCEPTIONS.some((one) => excuses(one, finding)));

    expect(unexcused).to.deep.equal([]);
  });

  for (const exception of POLICY_EXCEPTIONS) {
    it(`need the exception for ${exception.policies} from ${exception.issue}`, () => {
      for (const detail of exception.details ?? ["*"]) {
        const excused = findings.filter((finding) => excuses({ ...exception, details: [detail] }, finding));
        expect(excused, detail).to.not.be.empty;
      }
    });
  }
});

describe("parliament", () => {
  const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
  const statement = { Effect: "Allow", Action: "dynamodb:GetItem", Resource: TABLE };
  const broken: [what: string, changes: object, issue: string][] = [
    ["an action that doesn't exist", { Action: "dynamodb:FetchItem" }, "UNKNOWN_ACTION"],
    ["a service that doesn't exist", { Action: "dynamo:GetItem" }, "UNKNOWN_PREFIX"],
    ["an action on a resource that it doesn't have", { Resource: "arn:aws:s3:::orders" }, "RESOURCE_MISMATCH"],
    ["a resource that is no ARN", { Resource: "orders" }, "INVALID_ARN"],
    ["all resources where one can be named", { Resource: "*" }, "RESOURCE_STAR"],
    [
      "a condition that the action doesn't have",
      { Condition: { StringEquals: { "s3:prefix": "a" } } },
      "UNKNOWN_CONDITION_FOR_ACTION",
    ],
    [
      "a condition with an unknown operator",
      { Condition: { Equals: { "aws:PrincipalTag/a": "b" } } },
      "UNKNOWN_OPERATOR",
    ],
    ["a statement without effect", { Effect: undefined }, "MALFORMED"],
  ];

  let findings: Finding[];
  before(() => {
    const samples = broken.map(([what, changes]) => [what, policyOf({ ...statement, ...changes })]);
    findings = lint({ ...Object.fromEntries(samples), correct: policyOf(statement) });
  });
  const issuesOf = (sample: string) => findings.filter(({ policy }) => policy === sample).map(({ issue }) => issue);

  it("accepts a correct policy", () => {
    expect(issuesOf("correct")).to.deep.equal([]);
  });

  for (const [what, , issue] of broken) {
    it(`refuses ${what}`, () => {
      expect(issuesOf(what)).to.include(issue);
    });
  }
});

function policyOf(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

function excuses({ issue, policies, details = ["*"] }: PolicyException, finding: Finding): boolean {
  return (
    issue === finding.issue && isLike(policies, finding.policy) && details.some((one) => isLike(one, finding.detail))
  );
}
