import { expect } from "chai";
import { before, describe, it } from "mocha";
import program from "../../index.ts";
import { describeGrant, grantsIn } from "../support/grants.ts";
import { type RegisteredResource, register, stageConfig } from "../support/mocks.ts";

/** The permitted wildcards. `grant` matches the output of `described`. */
const EXCEPTIONS: { purpose: string; grant: RegExp; reason: string }[] = [
  {
    purpose: "to trace",
    grant: /^Allow xray:(PutTelemetryRecords|PutTraceSegments|GetSamplingRules|GetSamplingTargets) on \*$/,
    reason: "X-Ray has no resource-level permissions for it",
  },
  {
    purpose: "to deliver logs",
    grant:
      /^Allow logs:(((Create|Get|Update|Delete)LogDelivery)|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups) on \*$/,
    reason: "log delivery has no resource-level permissions",
  },
  {
    purpose: "to log",
    grant: /^Allow logs:(CreateLogStream|PutLogEvents) on arn:[^*?]+:\*$/,
    reason: "Lambda chooses the names of the log group's streams",
  },
  {
    purpose: "to answer the workflow",
    grant: /^Allow states:SendTask(Success|Failure) on \*$/,
    reason: "a task is named by its token",
  },
  {
    purpose: "to poll the table's stream",
    grant: /^Allow dynamodb:ListStreams on \*$/,
    reason: "ListStreams has no resource-level permissions",
  },
  {
    purpose: "to send text messages",
    grant: /^Allow sns:Publish on \*$/,
    reason: "a phone number is not a resource",
  },
  {
    purpose: "to send emails",
    grant: /^Allow ses:SendEmail on arn:aws:ses:us-east-1:000000000000:identity\/\*$/,
    reason: "SES's sandbox also requires permission on the recipient's identity",
  },
  {
    purpose: "to deny publishing to topics",
    grant: /^Deny sns:Publish on arn:\*:sns:\*:\*:\*$/,
    reason: "whoever may send text messages must not publish to topics",
  },
  {
    purpose: "to delegate a key to IAM policies",
    grant: /^Allow kms:\* on itself$/,
    reason: "nobody could manage the key otherwise, and those policies have no wildcards",
  },
  {
    purpose: "to serve the website",
    grant: /^Allow s3:GetObject on arn:[^*?]+:website-bucket\/\*$/,
    reason: "all objects of that bucket are the website's files",
  },
  {
    purpose: "to log requests to the website",
    grant: /^Allow s3:PutObject on arn:[^*?]+:website-logs\/bucket\/\*$/,
    reason: "S3 chooses the names of its log files below that prefix",
  },
  {
    purpose: "to check the alarms that roll back releases",
    grant: /^Allow cloudwatch:DescribeAlarms on \*$/,
    reason: "one call describes all alarms",
  },
  {
    purpose: "to deny requests without TLS",
    grant: /^Deny (sqs:\* on arn:[^*?]+|s3:\* on arn:[^*?]+(\/\*)?)$/,
    reason: "a Deny allows nothing",
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

  it("have no unexplained wildcards", () => {
    expect(policies.flatMap(wildcardsIn).filter((grant) => !isException(grant))).to.deep.equal([]);
  });

  for (const { purpose, grant, reason } of EXCEPTIONS) {
    it(`have wildcards ${purpose}: ${reason}`, () => {
      expect(policies.flatMap(wildcardsIn).filter((found) => grant.test(found))).to.not.deep.equal([]);
    });
  }

  it("deny all topics wherever they allow sns:Publish on *", () => {
    for (const policy of policies.filter((policy) => wildcardsIn(policy).includes("Allow sns:Publish on *"))) {
      expect(wildcardsIn(policy)).to.include("Deny sns:Publish on arn:*:sns:*:*:*");
    }
  });

  it("restrict the sender wherever they allow sending email", () => {
    const emailGrants = policies.flatMap(grantsIn).filter(({ Action }) => Action.startsWith("ses:"));

    expect(emailGrants).to.have.lengthOf(2);
    for (const { Condition } of emailGrants)
      expect(Condition).to.deep.equal({ StringEquals: { "ses:FromAddress": "orders@example.com" } });
  });

  it("allow nothing to everybody, and have no NotAction, NotPrincipal or NotResource", () => {
    for (const { Effect, Principal, ...statement } of policies.flatMap((policy) => JSON.parse(policy).Statement)) {
      if (Effect === "Allow") expect(JSON.stringify(Principal ?? "")).to.not.include("*");
      expect(statement).to.not.have.any.keys("NotAction", "NotPrincipal", "NotResource");
    }
  });

  it("would fail these tests with other wildcards", () => {
    const wildcardsOf = (Action: string, Resource: string) =>
      wildcardsIn(JSON.stringify({ Statement: [{ Effect: "Allow", Action: [Action], Resource: [Resource] }] }));
    const found = [
      ...wildcardsOf("dynamodb:*", "arn:aws:dynamodb:us-east-1:000000000000:table/orders"),
      ...wildcardsOf("dynamodb:Get*", "arn:aws:dynamodb:us-east-1:000000000000:table/orders"),
      ...wildcardsOf("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/order?"),
      ...wildcardsOf("logs:PutLogEvents", "arn:aws:logs:us-east-1:000000000000:log-group:*:*"),
      ...wildcardsOf("s3:GetObject", "*"),
    ];

    expect(found.filter((grant) => !isException(grant))).to.have.lengthOf(5);
    expect(wildcardsOf("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/orders")).to.deep.equal([]);
  });
});

/** All policy documents among the resources' inputs. */
function policiesOf(resources: RegisteredResource[]): string[] {
  return (
    resources
      .flatMap(({ type, inputs }) => Object.values(inputs).map((input) => ({ type, input })))
      .map(({ type, input }) => ({ type, text: typeof input === "string" ? input : (JSON.stringify(input) ?? "") }))
      .filter(({ text }) => text.startsWith("{") && text.includes('"Statement"'))
      // In a key policy, "*" is the key itself. Source: KMS's guide, "Key policies in AWS KMS".
      .map(({ type, text }) =>
        type === "aws:kms/key:Key" ? text.replaceAll('"Resource":"*"', '"Resource":"itself"') : text,
      )
  );
}

/** The grants with a wildcard in action or resource. */
function wildcardsIn(policy: string): string[] {
  return grantsIn(policy)
    .filter(({ Action, Resource = "" }) => /[*?]/.test(Action + Resource))
    .map(({ Condition: _, ...grant }) => describeGrant(grant));
}

function isException(grant: string): boolean {
  return EXCEPTIONS.some((exception) => exception.grant.test(grant));
}
