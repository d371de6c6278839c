import { computed } from "../../support/mocks.ts";
import { deniesWithoutTls, isPublic, listOf, type Statement, statementsOf } from "./policy.ts";
import { findingUnless, isTrue, ofType, type Rule, refersTo, resource, withInputs, without } from "./rule.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const BUCKET_LOGGING = "aws:s3/bucketLogging:BucketLogging";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const WEBSITE = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration";

const bucket = resource(BUCKET, "bucket");
const { id, arn } = computed("bucket");

const EVERYTHING_BLOCKED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** Rules on S3. A bucket's settings are separate resources. */
export const S3_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-S1"],
    title: "The bucket has server access logs, or stores those of another",
    source: "cdk-nag, S3BucketLoggingEnabled",
    appliesTo: [BUCKET],
    check: (subject, program) =>
      findingUnless(
        ofType(program, BUCKET_LOGGING).some(
          ({ inputs }) => refersTo(inputs.bucket, subject) || refersTo(inputs.targetBucket, subject),
        ),
        "has no access logs",
      ),
    mutations: { "without logs": without(BUCKET_LOGGING) },
    example: [bucket, resource(BUCKET_LOGGING, "logging", { bucket: id, targetBucket: "logs", targetPrefix: "web/" })],
  },
  {
    ids: ["AwsSolutions-S2"],
    title: "The bucket blocks public access",
    source: "cdk-nag, S3BucketLevelPublicAccessProhibited; here explicitly, not by S3's default",
    appliesTo: [BUCKET],
    check: (subject, program) => {
      const blocks = ofType(program, PUBLIC_ACCESS_BLOCK).filter(({ inputs }) => refersTo(inputs.bucket, subject));
      return Object.keys(EVERYTHING_BLOCKED)
        .filter((block) => !blocks.some(({ inputs }) => isTrue(inputs[block])))
        .map((block) => `${block} is off`);
    },
    mutations: {
      "without a public access block": without(PUBLIC_ACCESS_BLOCK),
      "that accepts public policies": withInputs(PUBLIC_ACCESS_BLOCK, { blockPublicPolicy: false }),
    },
    example: [bucket, resource(PUBLIC_ACCESS_BLOCK, "block", { bucket: id, ...EVERYTHING_BLOCKED })],
  },
  {
    ids: ["AwsSolutions-S5"],
    title: "A website's bucket lets only CloudFront access it, only to read and write objects",
    source:
      "cdk-nag, S3WebBucketOAIAccess; here also with origin access control, which has replaced origin access identities",
    appliesTo: [WEBSITE],
    check: ({ inputs: { bucket: website } }, program) => {
      const statements = ofType(program, BUCKET_POLICY)
        .filter(({ inputs }) => inputs.bucket === website)
        .flatMap(({ inputs }) => statementsOf(inputs.policy));
      const isOpen = ofType(program, BUCKET_POLICY).some(
        ({ inputs }) => inputs.bucket === website && isPublic(inputs.policy),
      );
      const allowed = statements.filter((statement) => statement.Effect === "Allow" && isForCloudFront(statement));
      const actions = allowed.flatMap(({ Action }) => listOf(Action));
      return [
        ...findingUnless(!isOpen, "is public"),
        ...findingUnless(allowed.length > 0, "does not let CloudFront access it"),
        ...actions
          .filter((action) => !/^s3:(Get|Put)Object$/i.test(action))
          .map((action) => `CloudFront may ${action}`),
      ];
    },
    mutations: {
      "without a policy": without(BUCKET_POLICY),
      "that is public": withInputs(BUCKET_POLICY, {
        policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject" } }),
      }),
      "that lets CloudFront list objects": withInputs(BUCKET_POLICY, { policy: forCloudFront("s3:ListBucket") }),
    },
    example: [
      resource(WEBSITE, "website", { bucket: id }),
      resource(BUCKET_POLICY, "policy", { bucket: id, policy: forCloudFront("s3:GetObject") }),
    ],
  },
  {
    ids: ["AwsSolutions-S10"],
    title: "The bucket denies requests without TLS",
    source: "cdk-nag, S3BucketSSLRequestsOnly",
    appliesTo: [BUCKET],
    check: (subject, program) => {
      const own = computed(subject.name).arn;
      return findingUnless(
        ofType(program, BUCKET_POLICY).some(
          ({ inputs }) =>
            refersTo(inputs.bucket, subject) && deniesWithoutTls(inputs.policy, ["*", "s3:*"], [own, `${own}/*`]),
        ),
        "allows requests without TLS",
      );
    },
    mutations: {
      "without a policy": without(BUCKET_POLICY),
      "that allows reading objects without TLS": withInputs(BUCKET_POLICY, { policy: denyingWithoutTls([arn]) }),
    },
    example: [bucket, resource(BUCKET_POLICY, "policy", { bucket: id, policy: denyingWithoutTls([arn, `${arn}/*`]) })],
  },
];

/** Whether the statement is for a CloudFront distribution, by origin access identity or by its ARN. */
function isForCloudFront({ Principal = {}, Condition }: Statement): boolean {
  if (Principal === "*") return false;
  const isIdentity = listOf(Principal.AWS).some((principal) => principal.includes("CloudFront Origin Access Identity"));
  const isControl =
    listOf(Principal.Service).includes("cloudfront.amazonaws.com") &&
    JSON.stringify(Condition ?? {}).includes("aws:SourceArn");
  return isIdentity || isControl || Principal.CanonicalUser !== undefined;
}

function forCloudFront(action: string): string {
  const Condition = { StringEquals: { "aws:SourceArn": "arn:aws:cloudfront::000000000000:distribution/web" } };
  const Principal = { Service: "cloudfront.amazonaws.com" };
  return JSON.stringify({
    Statement: [{ Effect: "Allow", Principal, Action: action, Resource: `${arn}/*`, Condition }],
  });
}

function denyingWithoutTls(resources: string[]): string {
  const Condition = { Bool: { "aws:SecureTransport": "false" } };
  return JSON.stringify({
    Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: resources, Condition }],
  });
}
