import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { describeGrant, grantsIn } from "../support/grants.ts";
import { type RegisteredResource, register, stageConfig } from "../support/mocks.ts";

/** The wildcards that may be: for what, the grants as `described` tells them, and why. */
const EXCEPTIONS: { purpose: string; grant: RegExp; reason: string }[] = [
  {
    purpose: "to trace",
    grant: /^Allow xray:(PutTelemetryRecords|PutTraceSegments|GetSamplingRules|GetSamplingTargets) on \*$/,
    reason: "X-Ray knows no resources for them",
  },
  {
    purpose: "to deliver logs",
    grant:
      /^Allow logs:(((Create|Get|Update|Delete)LogDelivery)|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups) on \*$/,
    reason: "log delivery knows no resources",
  },
  {
    purpose: "to log",
    grant: /^Allow logs:(CreateLogStream|PutLogEvents) on arn:[^*?]+:\*$/,
    reason: "they are the streams of one log group, and Lambda chooses their names",
  },
  {
    purpose: "to text customers",
    grant: /^Allow sns:Publish on \*$/,
    reason: "a phone number is no resource",
  },
  {
    purpose: "to mail customers",
    grant: /^Allow ses:SendEmail on arn:aws:ses:us-east-1:000000000000:identity\/\*$/,
    reason: "in SES's sandbox it takes the right on each customer's identity, too",
  },
  {
    purpose: "to publish to no topic",
    grant: /^Deny sns:Publish on arn:\*:sns:\*:\*:\*$/,
    reason: "it takes every topic back from who may text every phone",
  },
  {
    purpose: "to leave a key to IAM's policies",
    grant: /^Allow kms:\* on itself$/,
    reason: "nobody could manage the key without it, and those policies have no wildcards",
  },
  {
    purpose: "to serve the website",
    grant: /^Allow s3:GetObject on arn:[^*?]+:website-bucket\/\*$/,
    reason: "the objects of that bucket are its files, whichever they are",
  },
  {
    purpose: "to log requests to the website",
    grant: /^Allow s3:PutObject on arn:[^*?]+:website-logs\/bucket\/\*$/,
    reason: "S3 chooses the names of its logs below that prefix",
  },
  {
    purpose: "to see alarms that roll a release back",
    grant: /^Allow cloudwatch:DescribeAlarms on \*$/,
    reason: "it is one question for all of them",
  },
  {
    purpose: "to insist on TLS",
    grant: /^Deny (sqs:\* on arn:[^*?]+|s3:\* on arn:[^*?]+(\/\*)?)$/,
    reason: "it gives nothing: it takes everything from who comes without TLS",
  },
];

describe("The program's policies", () => {
  const policies: string[] = [];
  before(async () => {
    const secrets = { cursorSecret: "0123456789abcdef0123456789abcdef" };
    for (const stage of ["dev", "prod"] as const) {
      policies.push(...policiesOf(await register(program, { ...stageConfig(stage), ...secrets })));
    }
  });

  it("have no wildcard but for a reason", () => {
    expect(policies.flatMap(wildcardsIn).filter((grant) => !isException(grant))).to.deep.equal([]);
  });

  for (const { purpose, grant, reason } of EXCEPTIONS) {
    it(`have wildcards ${purpose}, as ${reason}`, () => {
      expect(policies.flatMap(wildcardsIn).filter((found) => grant.test(found))).to.not.deep.equal([]);
    });
  }

  it("forbid all topics to whoever may publish to anything", () => {
    for (const policy of policies.filter((policy) => wildcardsIn(policy).includes("Allow sns:Publish on *"))) {
      expect(wildcardsIn(policy)).to.include("Deny sns:Publish on arn:*:sns:*:*:*");
    }
  });

  it("name the sender to whoever may mail from any identity", () => {
    const mailing = policies.flatMap(grantsIn).filter(({ Action }) => Action.startsWith("ses:"));

    expect(mailing).to.have.lengthOf(2);
    for (const { Condition } of mailing)
      expect(Condition).to.deep.equal({ StringEquals: { "ses:FromAddress": "orders@example.com" } });
  });

  it("allow nothing to everybody, and nothing by naming what is not meant", () => {
    for (const { Effect, Principal, ...statement } of policies.flatMap((policy) => JSON.parse(policy).Statement)) {
      if (Effect === "Allow") expect(JSON.stringify(Principal ?? "")).to.not.include("*");
      expect(statement).to.not.have.any.keys("NotAction", "NotPrincipal", "NotResource");
    }
  });

  it("would be found out", () => {
    const wrong = (Action: string, Resource: string) =>
      wildcardsIn(JSON.stringify({ Statement: [{ Effect: "Allow", Action: [Action], Resource: [Resource] }] }));
    const found = [
      ...wrong("dynamodb:*", "arn:aws:dynamodb:us-east-1:000000000000:table/orders"),
      ...wrong("dynamodb:Get*", "arn:aws:dynamodb:us-east-1:000000000000:table/orders"),
      ...wrong("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/order?"),
      ...wrong("logs:PutLogEvents", "arn:aws:logs:us-east-1:000000000000:log-group:*:*"),
      ...wrong("s3:GetObject", "*"),
    ];

    expect(found.filter((grant) => !isException(grant))).to.have.lengthOf(5);
    expect(wrong("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/orders")).to.deep.equal([]);
  });
});

/** Every policy document among the inputs of the resources: of roles, of queues, of topics and whatever else has one. */
function policiesOf(resources: RegisteredResource[]): string[] {
  return (
    resources
      .flatMap(({ type, inputs }) => Object.values(inputs).map((input) => ({ type, input })))
      .map(({ type, input }) => ({ type, text: typeof input === "string" ? input : (JSON.stringify(input) ?? "") }))
      .filter(({ text }) => text.startsWith("{") && text.includes('"Statement"'))
      // In a key's own policy, the star is that key. Source: KMS's guide, "Key policies in AWS KMS".
      .map(({ type, text }) =>
        type === "aws:kms/key:Key" ? text.replaceAll('"Resource":"*"', '"Resource":"itself"') : text,
      )
  );
}

/** What a policy allows or forbids by a wildcard. */
function wildcardsIn(policy: string): string[] {
  return grantsIn(policy)
    .filter(({ Action, Resource = "" }) => /[*?]/.test(Action + Resource))
    .map(({ Condition: _, ...grant }) => describeGrant(grant));
}

function isException(grant: string): boolean {
  return EXCEPTIONS.some((exception) => exception.grant.test(grant));
}
