import type * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import type * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { AuditTrail, type AuditTrailArgs, keptWithTls } from "../../components/audit-trail.ts";
import { register } from "../support/mocks.ts";

const table = { arn: pulumi.output("arn:table") } as dynamodb.Table;

describe("AuditTrail", () => {
  it("records who read and wrote the table's items and the buckets' objects, and nothing else", async () => {
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

  it("records no objects where there is no bucket", async () => {
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
      { id: "retention", status: "Enabled", filter: {}, expiration: { days: 365 } },
    ]);
  });

  it("leaves the bucket and its settings behind when the stage goes, and not the trail", async () => {
    const left: string[] = [];
    const noteLeft: pulumi.ResourceTransformation = ({ name, opts }) => {
      if (opts.retainOnDelete) left.push(name);
      return undefined;
    };

    await register(() => new AuditTrail("audit", { table }, { transformations: [noteLeft] }));

    expect(left).to.have.members(["audit-records", "audit-private", "audit-encryption", "audit-retention"]);
  });

  for (const written of ["an object", "a text"]) {
    it(`adds to the bucket's policy, ${written} as awsx writes it, that nothing goes without TLS, and leaves it`, async () => {
      const cloudTrail = {
        Effect: "Allow",
        Principal: { Service: "cloudtrail.amazonaws.com" },
        Action: "s3:PutObject",
      };
      const document = { Version: "2012-10-17", Statement: [cloudTrail] };
      const policy = written === "a text" ? JSON.stringify(document) : document;

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

  it("leaves awsx's other resources as they are", async () => {
    expect(await transform("aws:cloudtrail/trail:Trail", {})).to.equal(undefined);
  });
});

/** @returns The inputs of the trail's resources, by name. */
async function audit(args: Omit<AuditTrailArgs, "table"> = {}) {
  const resources = await register(() => new AuditTrail("audit", { table, ...args }));
  return (name: string) => resources.find((resource) => resource.name === name)?.inputs ?? {};
}

/** What becomes of a resource of awsx's. */
async function transform(type: string, props: pulumi.Inputs): Promise<pulumi.ResourceTransformResult> {
  const resource = { custom: true, name: "audit-trail", opts: {} };
  return (await keptWithTls("arn:aws:s3:::b")({ ...resource, type, props })) as pulumi.ResourceTransformResult;
}

function text(output: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => output.apply(resolve));
}
