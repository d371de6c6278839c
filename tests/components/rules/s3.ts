import { computed } from "../../support/mocks.ts";
import { deniesWithoutTls, isPublic, listOf, type Statement, statementsOf } from "./policy.ts";
import { changing, isTrue, ofType, type Rule, refersTo, resource, unless, without } from "./rule.ts";

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

/** Rules on S3. What is said of a bucket is in resources of their own. */
export const S3_RULES: Rule[] = [
  {
    id: "AwsSolutions-S1",
    title: "The bucket has server access logs, or takes those of another",
    source: "cdk-nag, S3BucketLoggingEnabled",
    appliesTo: [BUCKET],
    finds: (subject, program) =>
      unless(
        ofType(program, BUCKET_LOGGING).some(
          ({ inputs }) => refersTo(inputs.bucket, subject) || refersTo(inputs.targetBucket, subject),
        ),
        "has no access logs",
      ),
    broken: { "without logs": without(BUCKET_LOGGING) },
    example: [bucket, resource(BUCKET_LOGGING, "logging", { bucket: id, targetBucket: "logs", targetPrefix: "web/" })],
  },
  {
    id: "AwsSolutions-S2",
    title: "The bucket has public access restricted and blocked",
    source: "cdk-nag, S3BucketLevelPublicAccessProhibited; here it has to be said",
    appliesTo: [BUCKET],
    finds: (subject, program) => {
      const blocks = ofType(program, PUBLIC_ACCESS_BLOCK).filter(({ inputs }) => refersTo(inputs.bucket, subject));
      return Object.keys(EVERYTHING_BLOCKED)
        .filter((block) => !blocks.some(({ inputs }) => isTrue(inputs[block])))
        .map((block) => `${block} is off`);
    },
    broken: {
      "without a block": without(PUBLIC_ACCESS_BLOCK),
      "that takes public policies": changing(PUBLIC_ACCESS_BLOCK, { blockPublicPolicy: false }),
    },
    example: [bucket, resource(PUBLIC_ACCESS_BLOCK, "block", { bucket: id, ...EVERYTHING_BLOCKED })],
  },
  {
    id: "AwsSolutions-S5",
    title: "A website's bucket is open to CloudFront only, and to nothing but reading and writing objects",
    source:
      "cdk-nag, S3WebBucketOAIAccess; here also by CloudFront's origin access control, which took the identity's place",
    appliesTo: [WEBSITE],
    finds: ({ inputs: { bucket: website } }, program) => {
      const statements = ofType(program, BUCKET_POLICY)
        .filter(({ inputs }) => inputs.bucket === website)
        .flatMap(({ inputs }) => statementsOf(inputs.policy));
      const isOpen = ofType(program, BUCKET_POLICY).some(
        ({ inputs }) => inputs.bucket === website && isPublic(inputs.policy),
      );
      const allowed = statements.filter((statement) => statement.Effect === "Allow" && isForCloudFront(statement));
      const actions = allowed.flatMap(({ Action }) => listOf(Action));
      return [
        ...unless(!isOpen, "is open to everybody"),
        ...unless(allowed.length > 0, "is not open to CloudFront"),
        ...actions
          .filter((action) => !/^s3:(Get|Put)Object$/i.test(action))
          .map((action) => `CloudFront may ${action}`),
      ];
    },
    broken: {
      "without a policy": without(BUCKET_POLICY),
      "open to everybody": changing(BUCKET_POLICY, {
        policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject" } }),
      }),
      "that CloudFront may list": changing(BUCKET_POLICY, { policy: forCloudFront("s3:ListBucket") }),
    },
    example: [
      resource(WEBSITE, "website", { bucket: id }),
      resource(BUCKET_POLICY, "policy", { bucket: id, policy: forCloudFront("s3:GetObject") }),
    ],
  },
  {
    id: "AwsSolutions-S10",
    title: "The bucket takes requests over TLS only",
    source: "cdk-nag, S3BucketSSLRequestsOnly",
    appliesTo: [BUCKET],
    finds: (subject, program) => {
      const own = computed(subject.name).arn;
      return unless(
        ofType(program, BUCKET_POLICY).some(
          ({ inputs }) =>
            refersTo(inputs.bucket, subject) && deniesWithoutTls(inputs.policy, ["*", "s3:*"], [own, `${own}/*`]),
        ),
        "takes requests without TLS",
      );
    },
    broken: {
      "without a policy": without(BUCKET_POLICY),
      "whose objects may be read without": changing(BUCKET_POLICY, { policy: denyingWithoutTls([arn]) }),
    },
    example: [bucket, resource(BUCKET_POLICY, "policy", { bucket: id, policy: denyingWithoutTls([arn, `${arn}/*`]) })],
  },
];

/** Whether the statement is for a distribution of CloudFront: by its origin access identity, or its ARN. */
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
