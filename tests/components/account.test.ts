import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { parse } from "yaml";
import account from "../../account/index.ts";
import program from "../../index.ts";
import { configDefaults } from "../../stacks/stages.ts";
import { root } from "../../tools/paths.ts";
import { grantsIn } from "../support/grants.ts";
import { ACCOUNT_SETTINGS, KEY_ARN, OWN_DOMAIN, type RegisteredResource, register } from "../support/mocks.ts";
import { isAllowed, isLike } from "./iam-evaluation.ts";

const ROLES = ["preview", "dev", "prod"] as const;
const SECRETS = { cursorSecret: "0123456789abcdef0123456789abcdef" };
/** What a role's stages may be: a preview, as Pulumi.pr.yaml sets it, and a permanent stage with all that there is. */
const PREVIEW = { siteDelivery: "bucket", createEmailIdentity: "false" };
const PERMANENT = {
  ...Object.fromEntries(
    ["auditTrail", "customerManagedKey", "safeRelease", "webAcl"].map((setting) => [setting, "true"]),
  ),
  ...OWN_DOMAIN,
};

describe("The account's stack", () => {
  let resources: RegisteredResource[];
  const stages = {} as Record<"preview" | "permanent", RegisteredResource[]>;
  const find = (name: string) => resources.find((resource) => resource.name === name)?.inputs ?? {};
  const policy = (role: string) => find(`github-${role}-policy`).policy as string;
  const grants = (role: string) => grantsIn(policy(role));
  const allowedActions = (role: string) =>
    grants(role).flatMap(({ Effect, Action }) => (Effect === "Allow" ? Action : []));
  /** The resources of a stage that the role deploys. */
  const deployedBy = (role: string) => (role === "preview" ? stages.preview : stages.permanent);
  before(async () => {
    resources = await register(account, ACCOUNT_SETTINGS);
    stages.preview = await register(program, { ...configDefaults(), ...PREVIEW, ...SECRETS });
    stages.permanent = await register(program, { ...configDefaults(), ...PERMANENT, ...SECRETS });
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

  it("has no roles for GitHub without a repository: for a second region, which has them already", async () => {
    const inOtherRegion = await register(account, {});

    expect(typesOf(inOtherRegion)).to.have.members([
      "aws:apigateway/account:Account",
      "aws:iam/role:Role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:xray/resourcePolicy:ResourcePolicy",
    ]);
  });

  it("uses the identity provider that the account has", async () => {
    const providerArn = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com";

    const withProvider = await register(account, { ...ACCOUNT_SETTINGS, providerArn });

    expect(typesOf(withProvider)).to.not.include("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    for (const role of ROLES) {
      const { inputs } = withProvider.find(({ name }) => name === `github-${role}`) ?? {};
      const { Statement } = JSON.parse(inputs?.assumeRolePolicy as string);
      expect(Statement[0].Principal, role).to.deep.equal({ Federated: providerArn });
    }
  });

  const invalid: [setting: string, value: string, message: string][] = [
    ["repository", "orders", 'repository must be OWNER/NAME, but is "orders".'],
    ["repository", "acme/*", 'repository must be OWNER/NAME, but is "acme/*".'],
    ["repository", "acme@1001/orders@2002", 'repository must be OWNER/NAME, but is "acme@1001/orders@2002".'],
    ["repository", "acme/orders:ref", 'repository must be OWNER/NAME, but is "acme/orders:ref".'],
    ["ownerId", "0", "ownerId must be the id that GitHub gave it, but is 0."],
    ["repositoryId", "-1", "repositoryId must be the id that GitHub gave it, but is -1."],
    [
      "devKeyArn",
      `${KEY_ARN}/prod`,
      `the keys must be one for each role, but is ["${KEY_ARN}/preview","${KEY_ARN}/prod","${KEY_ARN}/prod"].`,
    ],
    [
      "previewStateBucket",
      "our-state",
      "previewStateBucket must be another bucket than dev's and prod's, but is \"our-state\".",
    ],
    [
      "prodDomainName",
      "*.example.com",
      'prodDomainName must be a domain name in lower case of at most 60 characters, such as shop.example.com, but is "*.example.com".',
    ],
    ["prodDomainName", "dev.example.com", 'prodDomainName must be another name than dev\'s, but is "dev.example.com".'],
  ];
  for (const [setting, value, message] of invalid) {
    it(`rejects ${setting} ${value}`, async () => {
      const failure = await register(account, { ...ACCOUNT_SETTINGS, [setting]: value }).catch(
        ({ message }) => message,
      );
      expect(failure).to.equal(`GitHubRoles "github": ${message}`);
    });
  }

  it("lets each role use exactly the services that its stages use", () => {
    const own = ["our-state", `${KEY_ARN}/`];
    for (const role of ROLES) {
      const needed = new Set(typesOf(deployedBy(role)).map(serviceOf));

      const used = grants(role).filter(({ Effect, Resource }) => {
        return Effect === "Allow" && !own.some((text) => Resource.includes(text));
      });
      const allowed = new Set(used.map(({ Action }) => Action.split(":")[0]));
      expect([...allowed].sort(), role).to.deep.equal([...needed].sort());
    }
  });

  it("lets each role tag all that it creates", () => {
    // The actions with which the provider changes the tags of what exists, where they are not the usual ones.
    const actions: Record<string, string[]> = {
      acm: ["acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate"],
      apigateway: ["apigateway:PUT", "apigateway:DELETE"],
      cloudtrail: ["cloudtrail:AddTags", "cloudtrail:RemoveTags"],
      iam: ["iam:TagRole", "iam:UntagRole"],
      sqs: ["sqs:TagQueue", "sqs:UntagQueue"],
    };
    for (const role of ROLES) {
      const tagged = deployedBy(role).filter(({ type, inputs }) => /^awsx?:/.test(type) && inputs.tags);
      const services = new Set([...typesOf(tagged).map(serviceOf), "s3"]);

      expect(services).to.include("dynamodb");
      for (const service of services) {
        const needed = actions[service] ?? [`${service}:TagResource`, `${service}:UntagResource`];
        expect(allowedActions(role), role).to.include.members(needed);
      }
    }
  });

  it("lets each role find the subscriptions that nobody has confirmed yet", () => {
    // They have no ARN. Source: the Terraform provider, which Pulumi's is made of, on aws_sns_topic_subscription.
    for (const role of ROLES) expect(allowedActions(role), role).to.include("sns:ListSubscriptionsByTopic");
  });

  const keyOf = (stage: string) => ["kms:Decrypt", `${KEY_ARN}/${stage}`] as const;
  const stateOf = (file: string) => ["s3:GetObject", `arn:aws:s3:::our-state/.pulumi/${file}`] as const;
  const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:create-order-function-0a1b2c3";
  const tagged = (stage: string) =>
    ["lambda:UpdateFunctionCode", functionArn, { "aws:ResourceTag/stage": stage }] as const;

  const inZone = (type: string, name: string) => {
    const key = "route53:ChangeResourceRecordSets";
    const context = { [`${key}NormalizedRecordNames`]: name, [`${key}RecordTypes`]: type };
    return [key, "arn:aws:route53:::hostedzone/Z1", context] as const;
  };
  const domainNames = "arn:aws:apigateway:us-east-1::/domainnames";

  /** Requests, and the roles that may make them. */
  const requests: [what: string, request: readonly [string, string, object?], roles: string[]][] = [
    ["change a preview", tagged("pr-123"), ["preview"]],
    ["change a stack of a test", tagged("test-0a1b2c3d"), ["preview"]],
    ["change dev", tagged("dev"), ["dev"]],
    ["change prod", tagged("prod"), ["prod"]],
    ["change a stage that the account got later", tagged("staging"), []],
    ["create what has no tags yet", ["lambda:CreateFunction", functionArn], ["preview", "dev", "prod"]],
    ["read secrets of previews", keyOf("preview"), ["preview"]],
    ["read secrets of dev", keyOf("dev"), ["dev"]],
    ["read secrets of prod", keyOf("prod"), ["prod"]],
    ["read dev's state", stateOf("stacks/orders/dev.json"), ["dev"]],
    ["read dev's older state", stateOf("stacks/orders/dev.json.bak"), ["dev"]],
    ["read the tags of dev's stack", stateOf("stacks/orders/dev.pulumi-tags"), ["dev"]],
    ["read dev's history", stateOf("history/orders/dev/dev-1.checkpoint.json"), ["dev"]],
    ["read prod's state", stateOf("stacks/orders/prod.json"), ["prod"]],
    ["read prod's backups", stateOf("backups/orders/prod/prod.1.json"), ["prod"]],
    ["see prod's locks", stateOf("locks/organization/orders/prod/1.json"), ["prod"]],
    ["read the state of a stack named like dev", stateOf("stacks/orders/dev2.json"), []],
    ["read the account's state", stateOf("stacks/orders-account/account.json"), []],
    [
      "read the state of a preview",
      ["s3:GetObject", "arn:aws:s3:::our-state-of-previews/.pulumi/stacks/orders/pr-1.json"],
      ["preview"],
    ],
    ["use another key of the account, as prod's table does", ["kms:Decrypt", `${KEY_ARN}/another`], ["dev", "prod"]],
    ["read dev's orders", ["dynamodb:BatchGetItem", "table", { "aws:ResourceTag/stage": "dev" }], ["dev"]],
    ["read prod's orders", ["dynamodb:BatchGetItem", "table", { "aws:ResourceTag/stage": "prod" }], []],
    ["point the name of prod's website elsewhere", inZone("A", "shop.example.com"), ["prod"]],
    ["point the name of prod's APIs elsewhere", inZone("A", "api.shop.example.com"), ["prod"]],
    ["prove that prod's name is ours", inZone("CNAME", "_1a2b.shop.example.com"), ["prod"]],
    ["prove that the name of prod's APIs is ours", inZone("CNAME", "_1a2b.api.shop.example.com"), ["prod"]],
    ["point dev's name elsewhere", inZone("AAAA", "dev.example.com"), ["dev"]],
    ["point another name of the zone elsewhere", inZone("A", "www.example.com"), []],
    ["change who gets the mails for prod's name", inZone("MX", "shop.example.com"), []],
    ["change prod's paths to its APIs", ["apigateway:PATCH", `${domainNames}/api.shop.example.com/x`], ["prod"]],
    ["delete the domain name of dev's APIs", ["apigateway:DELETE", `${domainNames}/api.dev.example.com`], ["dev"]],
    ["request certificates", ["acm:RequestCertificate", "*"], ["dev", "prod"]],
    ["change its own rights", ["iam:PutRolePolicy", "arn:aws:iam::000000000000:role/orders-prod"], []],
  ];
  for (const [what, [action, resource, context], allowed] of requests) {
    it(`lets ${allowed.join(" and ") || "no role"} ${what}`, () => {
      const request = { action, resource, context: context as Record<string, string> };

      expect(ROLES.filter((role) => isAllowed(policy(role), request))).to.deep.equal(allowed);
    });
  }

  it("lets no role use names without a stage's domain name", async () => {
    const without = await register(account, { ...ACCOUNT_SETTINGS, devDomainName: "", prodDomainName: "" });

    for (const role of ROLES) {
      const { inputs } = without.find(({ name }) => name === `github-${role}-policy`) ?? {};
      expect(inputs?.policy).to.not.match(/acm:|route53:|domainnames/);
    }
  });

  it("names its roles so that they may not be changed by each other", () => {
    for (const role of ROLES) expect(find(`github-${role}`).name).to.equal(`orders-${role}`);
  });

  it("lets each role manage and pass only roles named like the program's, and none of the account's own", () => {
    const roleArns = (resources: RegisteredResource[]) =>
      resources
        .filter(({ type }) => type === "aws:iam/role:Role")
        // Pulumi's auto-naming.
        .map(({ name, inputs }) => `arn:aws:iam::000000000000:role/${inputs.name ?? `${name}-0a1b2c3`}`);

    for (const role of ROLES) {
      const deployed = deployedBy(role);
      const iamGrants = (effect: string) =>
        grants(role).filter(({ Effect, Action }) => Effect === effect && Action.startsWith("iam:"));
      const isDenied = (arn: string) => iamGrants("Deny").some(({ Resource }) => isLike(Resource, arn));
      for (const { Action, Resource } of iamGrants("Allow")) {
        expect(
          roleArns(deployed).every((arn) => isLike(Resource, arn)),
          `${Action} for ${role}`,
        ).to.equal(true);
        expect(isLike(Resource, "arn:aws:iam::000000000000:role/Administrator")).to.equal(false);
        // A name that Lambda's console would generate.
        expect(isLike(Resource, "arn:aws:iam::000000000000:role/service-role/tool-role-0a1b2c3d")).to.equal(false);
      }
      expect(roleArns(resources)).to.have.lengthOf(4);
      for (const arn of roleArns(resources)) expect(isDenied(arn), arn).to.equal(true);
      for (const arn of roleArns(deployed)) expect(isDenied(arn), arn).to.equal(false);
    }
  });

  it("lets deployments of prod use its key as DynamoDB and Lambda do on their behalf", () => {
    // Sources: KMS's guide, "How Amazon DynamoDB uses AWS KMS"; Lambda's, "Securing environment variables".
    const cryptography = ["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"];
    const needed = [...cryptography, "ReEncryptFrom", "ReEncryptTo", "CreateGrant", "DescribeKey"];
    expect(allowedActions("prod")).to.include.members(needed.map((action) => `kms:${action}`));
  });

  it("lets deployments read no customer's orders", () => {
    const reading = /dynamodb:(\*|.*(Item|Query|Scan|PartiQL|GetRecords).*)/;

    expect(allowedActions("prod").filter((action) => reading.test(action))).to.deep.equal([]);
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

    for (const role of ROLES) expect(passed(role), role).to.have.members([...new Set(trusted(deployedBy(role)))]);
  });

  it("gives each role credentials for as long as the job that uses it may take", () => {
    const folder = join(root, ".github", "workflows");
    const jobs = globSync("*.yml", { cwd: folder }).flatMap((file) =>
      Object.values<Job>(parse(readFileSync(join(folder, file), "utf8")).jobs),
    );

    // An hour, if nothing else is said. Source: IAM's API reference, CreateRole.
    for (const role of ROLES) {
      const { maxSessionDuration = 3_600 } = find(`github-${role}`) as { maxSessionDuration?: number };
      const minutes = jobs.flatMap((job) => (job.environment === role ? job["timeout-minutes"] : []));
      expect(maxSessionDuration, role).to.equal(60 * Math.max(...minutes));
    }
  });

  it("keeps policies within IAM's limit", () => {
    // 10,240 characters for all inline policies of a role. Source: IAM's guide, "IAM and AWS STS quotas".
    for (const role of ROLES) expect(policy(role).length, role).to.be.at.most(10_240);
  });
});

interface Job {
  environment?: string;
  "timeout-minutes": number;
}

interface PassedTo {
  StringEquals: { "iam:PassedToService": string[] };
}

function typesOf(resources: RegisteredResource[]): string[] {
  return resources.map(({ type }) => type).filter((type) => /^awsx?:/.test(type));
}

/** The IAM service prefix of a resource type. */
function serviceOf(type: string): string {
  const [, module = ""] = /^awsx?:(\w+)[/:]/.exec(type) ?? [];
  if (/eventRule|eventTarget/.test(type)) return "events";
  if (/logGroup|queryDefinition/.test(type)) return "logs";
  return { sesv2: "ses", sfn: "states" }[module] ?? module;
}
