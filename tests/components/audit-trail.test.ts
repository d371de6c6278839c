import type * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { AuditTrail, type AuditTrailArgs, requireTlsAndRetain } from "../../components/audit-trail.ts";
import { register } from "../support/mocks.ts";

const table = { arn: pulumi.output("arn:table") } as dynamodb.Table;

describe("AuditTrail", () => {
  it("records reads and writes of the table's items and the buckets' objects only", async () => {
    const buckets = ["arn:aws:s3:::one", "arn:aws:s3:::two"].map((arn) => ({ arn: pulumi.output(arn) }) as s3.Bucket);

    const inputs = await audit({ buckets });

    expect(inputs("audit-trail")).to.deep.include({
      eventSelectors: [
        {
          readWriteType: "All",
          includeManagementEvents: false,
          dataResources: [
            { type: "AWS::DynamoDB::Table", values: ["arn:table"] },
            { type: "AWS::S3::Object", values: ["arn:aws:s3:::one/", "arn:aws:s3:::two/"] },
          ],
        },
      ],
      enableLogFileValidation: true,
    });
  });

  it("records no objects without buckets", async () => {
    const inputs = await audit();

    const [selector] = inputs("audit-trail").eventSelectors as { dataResources: object[] }[];
    expect(selector?.dataResources).to.deep.equal([{ type: "AWS::DynamoDB::Table", values: ["arn:table"] }]);
  });

  it("keeps the records for a year in a private, encrypted bucket", async () => {
    const inputs = await audit({ tags: { stage: "test" } });

    expect(inputs("audit-records")).to.deep.equal({ tags: { stage: "test" } });
    expect(inputs("audit-trail")).to.deep.include({
      s3Bucket: { existing: { arn: "arn:aws:test:us-east-1:000000000000:audit-records" } },
      tags: { stage: "test" },
    });
    expect(inputs("audit-private")).to.deep.equal({
      bucket: "audit-records-id",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(inputs("audit-encryption").rules).to.deep.equal([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    expect(inputs("audit-retention").rules).to.deep.equal([
      {
        id: "retention",
        status: "Enabled",
        filter: {},
        expiration: { days: 365 },
        noncurrentVersionExpiration: { noncurrentDays: 365 },
      },
    ]);
  });

  it("keeps what somebody overwrites or deletes", async () => {
    const inputs = await audit();

    expect(inputs("audit-versions")).to.deep.equal({
      bucket: "audit-records-id",
      versioningConfiguration: { status: "Enabled" },
    });
  });

  it("retains the bucket and its settings when the stage is deleted, but not the trail", async () => {
    const retained: string[] = [];
    const recordRetained: pulumi.ResourceTransformation = ({ name, opts }) => {
      if (opts.retainOnDelete) retained.push(name);
      return undefined;
    };

    await register(() => new AuditTrail("audit", { table }, { transformations: [recordRetained] }));

    expect(retained).to.have.members([
      ...["audit-records", "audit-private", "audit-encryption", "audit-retention", "audit-versions"],
    ]);
  });

  for (const format of ["an object", "JSON"]) {
    it(`makes awsx's bucket policy, given as ${format}, deny requests without TLS, and retains it`, async () => {
      const cloudTrail = {
        Effect: "Allow",
        Principal: { Service: "cloudtrail.amazonaws.com" },
        Action: "s3:PutObject",
      };
      const document = { Version: "2012-10-17", Statement: [cloudTrail] };
      const policy = format === "JSON" ? JSON.stringify(document) : document;

      const { props, opts } = await transform("aws:s3/bucketPolicy:BucketPolicy", { bucket: "b", policy });

      expect(props.bucket).to.equal("b");
      expect(opts.retainOnDelete).to.equal(true);
      expect(JSON.parse(await text(props.policy))).to.deep.equal({
        Version: "2012-10-17",
        Statement: [
          cloudTrail,
          {
            Sid: "OnlyTls",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      });
    });
  }

  it("doesn't change awsx's other resources", async () => {
    expect(await transform("aws:cloudtrail/trail:Trail", {})).to.equal(undefined);
  });
});

/** Registers an audit trail. @returns The inputs of its resources by name. */
async function audit(args: Omit<AuditTrailArgs, "table"> = {}) {
  const resources = await register(() => new AuditTrail("audit", { table, ...args }));
  return (name: string) => resources.find((resource) => resource.name === name)?.inputs ?? {};
}

/** Transforms a resource of awsx. */
async function transform(type: string, props: pulumi.Inputs): Promise<pulumi.ResourceTransformResult> {
  const resource = { custom: true, name: "audit-trail", opts: {} };
  return (await requireTlsAndRetain("arn:aws:s3:::b")({ ...resource, type, props })) as pulumi.ResourceTransformResult;
}

function text(output: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => output.apply(resolve));
}
