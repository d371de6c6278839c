import { expect } from "chai";
import { before, describe, it } from "mocha";
import account from "../../account/index.ts";
import program from "../../index.ts";
import type { Stage } from "../../stacks/stages.ts";
import { describeGrant, grantsIn } from "../support/grants.ts";
import { type RegisteredResource, register, stageConfig } from "../support/mocks.ts";

const STATE = {
  stateBucket: "our-state",
  previewStateBucket: "our-state-of-previews",
  stateKeyArn: "arn:aws:kms:us-east-1:000000000000:key/state",
};

describe("The account's stack", () => {
  let resources: RegisteredResource[];
  const stages = {} as Record<Stage, RegisteredResource[]>;
  const find = (name: string) => resources.find((resource) => resource.name === name)?.inputs ?? {};
  const policy = (role: string) => find(`github-${role}-policy`).policy as string;
  const grants = (role: string) => grantsIn(policy(role));
  before(async () => {
    // Four programs take seconds on an idle machine, more than the usual 30 on a busy one.
    resources = await register(account, { repository: "acme/orders", ...STATE });
    for (const stage of ["dev", "prod", "pr"] as Stage[]) {
      stages[stage] = await register(program, {
        ...stageConfig(stage),
        cursorSecret: "0123456789abcdef0123456789abcdef",
      });
    }
  });

  it("gives API Gateway a role for its logs, and attaches the role's policy first", () => {
    expect(find("api-gateway-account").cloudwatchRoleArn).to.match(/:api-gateway-logs-role$/);
    expect(find("api-gateway-logs-rights").role).to.equal("api-gateway-logs-role");
    expect(JSON.parse(find("api-gateway-logs-role").assumeRolePolicy as string).Statement).to.deep.equal([
      { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("lets the account's topics write traces, with a single policy", () => {
    const policies = resources.filter(({ type }) => type === "aws:xray/resourcePolicy:ResourcePolicy");
    const [{ inputs }] = policies as [RegisteredResource];

    expect(policies).to.have.lengthOf(1);
    expect(JSON.parse(inputs.policyDocument as string).Statement).to.deep.equal([
      {
        Sid: "FromTopics",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
      },
    ]);
  });

  it("has the resources that exist once per account; no stage has them", () => {
    const types = Object.values(stages).flatMap(typesOf);

    expect(types).to.not.include("aws:apigateway/account:Account");
    expect(types).to.not.include("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    expect(types).to.not.include("aws:xray/resourcePolicy:ResourcePolicy");
  });

  it("trusts GitHub's tokens for exactly one repository and certain environments", () => {
    const trust = (role: string) => JSON.parse(find(`github-${role}`).assumeRolePolicy as string).Statement;
    const statement = (...environments: string[]) => ({
      Effect: "Allow",
      Principal: { Federated: "arn:aws:test:us-east-1:000000000000:github-provider" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": environments.map((name) => `repo:acme/orders:environment:${name}`),
        },
      },
    });

    expect(trust("preview")).to.deep.equal([statement("preview")]);
    expect(trust("deploy")).to.deep.equal([statement("dev", "prod")]);
  });

  it("rejects a repository that is not OWNER/NAME", async () => {
    for (const repository of ["orders", "acme/*", "acme/orders:ref"]) {
      const failure = await register(account, { repository }).catch(({ message }) => message);
      expect(failure).to.equal(`GitHubRoles "github": repository must be OWNER/NAME, but is "${repository}".`);
    }
  });

  it("lets each role use exactly the services that its stages use", () => {
    const { dev, prod, pr } = stages;
    for (const [role, deployed] of Object.entries({ preview: pr, deploy: [...dev, ...prod] })) {
      const needed = new Set(typesOf(deployed).map(serviceOf));

      const used = grants(role).filter(({ Effect, Resource }) => Effect === "Allow" && !Resource.includes("our-state"));
      const allowed = new Set(
        used.filter(({ Resource }) => !/state$/.test(Resource)).map(({ Action }) => Action.split(":")[0]),
      );
      expect([...allowed].sort(), role).to.deep.equal([...needed].sort());
    }
  });

  it("denies previews the resources tagged as another stage, and both roles their own permissions", () => {
    const denied = (role: string) =>
      grants(role)
        .filter(({ Effect }) => Effect === "Deny")
        .map(describeGrant);

    const own = ["orders-*", "api-gateway-*"].map((name) => `Deny iam:* on arn:aws:iam::*:role/${name}`);
    const others = 'Deny * on * if {"StringEquals":{"aws:ResourceTag/stage":["dev","prod"]}}';
    expect(denied("preview")).to.have.members([others, ...own]);
    expect(denied("deploy")).to.deep.equal(own);
    expect(find("github-preview").name).to.equal("orders-preview");
    expect(find("github-deploy").name).to.equal("orders-deploy");
  });

  it("lets each role manage and pass only roles named like the program's, and none of the account's own", () => {
    const roleArns = (resources: RegisteredResource[]) =>
      resources
        .filter(({ type }) => type === "aws:iam/role:Role")
        // Pulumi's auto-naming.
        .map(({ name, inputs }) => `arn:aws:iam::000000000000:role/${inputs.name ?? `${name}-0a1b2c3`}`);

    for (const [role, deployed] of Object.entries({ preview: stages.pr, deploy: stages.prod })) {
      const iamGrants = (effect: string) =>
        grants(role).filter(({ Effect, Action }) => Effect === effect && Action.startsWith("iam:"));
      const isDenied = (arn: string) => iamGrants("Deny").some(({ Resource }) => matches(Resource)(arn));
      for (const { Action, Resource } of iamGrants("Allow")) {
        expect(roleArns(deployed).every(matches(Resource)), `${Action} for ${role}`).to.equal(true);
        expect(matches(Resource)("arn:aws:iam::000000000000:role/Administrator")).to.equal(false);
        // A name that Lambda's console would generate.
        expect(matches(Resource)("arn:aws:iam::000000000000:role/service-role/tool-role-0a1b2c3d")).to.equal(false);
      }
      expect(roleArns(resources)).to.have.lengthOf(3);
      for (const arn of roleArns(resources)) expect(isDenied(arn), arn).to.equal(true);
      for (const arn of roleArns(deployed)) expect(isDenied(arn), arn).to.equal(false);
    }
  });

  it("lets deployments of prod use its key as DynamoDB and Lambda do on their behalf", () => {
    const allowed = grants("deploy").map(({ Action }) => Action);

    // Sources: KMS's guide, "How Amazon DynamoDB uses AWS KMS"; Lambda's, "Securing environment variables".
    const cryptography = ["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"];
    const needed = [...cryptography, "ReEncryptFrom", "ReEncryptTo", "CreateGrant", "DescribeKey"];
    expect(allowed).to.include.members(needed.map((action) => `kms:${action}`));
  });

  it("lets deployments read dev's orders, for load tests, but no customer's", () => {
    const reading = /dynamodb:(\*|.*(Item|Query|Scan|PartiQL|GetRecords).*)/;

    const found = grants("deploy")
      .filter(({ Action }) => reading.test(Action))
      .map(describeGrant);
    expect(found).to.deep.equal([
      'Allow dynamodb:BatchGetItem on * if {"StringEquals":{"aws:ResourceTag/stage":"dev"}}',
    ]);
  });

  it("passes roles only to the services that they are for", () => {
    const passed = (role: string) =>
      grants(role)
        .filter(({ Action }) => Action === "iam:PassRole")
        .flatMap(({ Condition }) => (Condition as PassedTo).StringEquals["iam:PassedToService"]);
    const trusted = (resources: RegisteredResource[]) =>
      resources
        .filter(({ type }) => type === "aws:iam/role:Role")
        .map(({ inputs }) => JSON.parse(inputs.assumeRolePolicy as string).Statement[0].Principal.Service);

    expect(passed("preview")).to.have.members([...new Set(trusted(stages.pr))]);
    expect(passed("deploy")).to.have.members([...new Set(trusted(stages.prod))]);
  });

  it("gives each role the state in its own bucket only: for previews all of it, which the reaper needs", () => {
    const state = (role: string) =>
      new Set(
        grants(role)
          .filter(({ Resource }) => /\/\.pulumi\/\*/.test(Resource))
          .map(({ Resource }) => Resource),
      );

    expect([...state("preview")]).to.deep.equal(["arn:aws:s3:::our-state-of-previews/.pulumi/*/orders/*"]);
    expect([...state("deploy")]).to.deep.equal(["arn:aws:s3:::our-state/.pulumi/*/orders/*"]);
  });

  it("keeps policies within IAM's limit", () => {
    // 10,240 characters for all inline policies of a role. Source: IAM's guide, "IAM and AWS STS quotas".
    for (const role of ["preview", "deploy"]) expect(policy(role).length, role).to.be.at.most(10_240);
  });
});

interface PassedTo {
  StringEquals: { "iam:PassedToService": string[] };
}

function typesOf(resources: RegisteredResource[]): string[] {
  return resources.map(({ type }) => type).filter((type) => /^awsx?:/.test(type));
}

/** Whether an ARN matches a policy's pattern. */
function matches(pattern: string): (arn: string) => boolean {
  const expression = pattern.replaceAll("*", ".*").replaceAll("?", ".");
  return (arn) => new RegExp(`^${expression}$`).test(arn);
}

/** The IAM service prefix of a resource type. */
function serviceOf(type: string): string {
  const [, module = ""] = /^awsx?:(\w+)[/:]/.exec(type) ?? [];
  if (/eventRule|eventTarget/.test(type)) return "events";
  if (/logGroup|queryDefinition/.test(type)) return "logs";
  return { sesv2: "ses", sfn: "states" }[module] ?? module;
}
