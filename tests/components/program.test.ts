import { mock } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { signingSecrets } from "../../components/secret.ts";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { OWN_DOMAIN, type RegisteredResource, register } from "../support/mocks.ts";

const secrets = { cursorSecret: "0123456789abcdef0123456789abcdef" };
const config = { ...configDefaults(), ...secrets, ...OWN_DOMAIN };

/** Resource types without tags. */
const UNTAGGED = [
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:apigateway/basePathMapping:BasePathMapping",
  "aws:apigateway/deployment:Deployment",
  "aws:apigateway/methodSettings:MethodSettings",
  "aws:apigateway/usagePlanKey:UsagePlanKey",
  "aws:cloudfront/originAccessControl:OriginAccessControl",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/queryDefinition:QueryDefinition",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:lambda/permission:Permission",
  "aws:route53/record:Record",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
];

describe("The program", () => {
  let resources: RegisteredResource[];
  before(async () => {
    resources = await register(program, config);
  });

  it("composes the components", () => {
    const components = resources.filter(({ type }) => type.startsWith("orders:index:"));

    const named = components.map(({ type, name }) => `${type.slice("orders:index:".length)} ${name}`);
    expect(named).to.include.members([
      "OrderStore orders",
      "OrderApi back-office",
      "OrderApi storefront",
      "ApiDomain api-domain",
      "OrderQueue order",
      "OrderWorkflow fulfilment",
      "Notifications notifications",
      "Sweeper sweeper",
      "Observability observability",
      "Website website",
    ]);
  });

  it("gives every resource a parent component, and a name that starts with the component's", () => {
    const custom = resources.filter(({ type }) => type.startsWith("aws:"));

    expect(custom).to.not.be.empty;
    for (const { name, path } of custom) {
      expect(path[0], name).to.match(/^orders:index:/);
      const parents = resources.filter(({ type }) => type === path[0]).map((parent) => parent.name);
      expect(
        parents.filter((parent) => name.startsWith(`${parent}-`)),
        name,
      ).to.have.lengthOf(1);
    }
  });

  it("tags every taggable resource with project and stage", () => {
    for (const { type, name, inputs } of resources) {
      if (!type.startsWith("aws:") || UNTAGGED.includes(type)) continue;
      expect(inputs.tags, name).to.deep.equal({ project: "orders", stage: "test" });
    }
  });

  it("rejects a cursor secret that is too short", () => {
    const tooShort = () => signingSecrets("0123456789abcdef", undefined);

    expect(tooShort).to.throw("cursorSecret must have at least 32 characters, but has 16.");
  });

  it("ignores workflowType of an older stage file, with a warning", async () => {
    const warn = mock.method(pulumi.log, "warn", async () => {});

    const deployed = await register(program, { ...config, workflowType: "EXPRESS" });

    warn.mock.restore();
    expect(warn.mock.calls.map(({ arguments: [message] }) => message)).to.deep.equal([
      "The setting workflowType has no effect any more: workflows are always STANDARD. Remove it from Pulumi.test.yaml.",
    ]);
    const machine = deployed.find(({ type }) => type === "aws:sfn/stateMachine:StateMachine");
    expect(machine?.inputs).to.not.have.property("type");
  });

  it("has few resources, as each costs time in every deployment", async () => {
    const withoutDomain = await register(program, { ...configDefaults(), ...secrets });

    // 35 are the website's: one for each file, five pictures among them, and 13 for CloudFront, buckets and logs.
    expect(withoutDomain.length).to.be.at.most(248);
  });
});
