import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { checkArgument } from "../components/shared/arguments.ts";
import { type Grant, policyDocument } from "../components/shared/policies.ts";
import type { TaggedArgs } from "../components/shared/tagged-args.ts";
import { DEPLOY, PREVIEW } from "./deploy-rights.ts";

/** The arguments of {@link GitHubRoles}. */
export interface GitHubRolesArgs extends TaggedArgs {
  /** The repository whose workflows may take on the roles: `OWNER/NAME`. */
  repository: string;
  /** The bucket with the state of dev and prod, where it is in this account. */
  stateBucket?: string;
  /** The bucket with the state of previews and tests, likewise: whoever lists stacks reads all that is in the bucket. */
  previewStateBucket?: string;
  /** The ARN of the key that encrypts the stacks' secrets, likewise. */
  stateKeyArn?: string;
}

/** The account stack's roles: those made here, and API Gateway's. By name, as IAM passes roles whatever their tags. */
const OWN_ROLES = ["arn:aws:iam::*:role/orders-*", "arn:aws:iam::*:role/api-gateway-*"];

/** What GitHub's tokens are for. Source: GitHub's guide, "Configuring OpenID Connect in Amazon Web Services". */
const AUDIENCE = "sts.amazonaws.com";
const ISSUER = "token.actions.githubusercontent.com";

/**
 * The roles that workflows on GitHub take on to deploy, by a token of GitHub's in place of keys. Each belongs to
 * environments of the one repository: who may use an environment, GitHub asks.
 */
export class GitHubRoles extends pulumi.ComponentResource {
  /** For previews: of the environment `preview`. */
  readonly preview: iam.Role;
  /** For the stages that stay: of the environments `dev` and `prod`. */
  readonly deploy: iam.Role;

  constructor(name: string, args: GitHubRolesArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:GitHubRoles", name, {}, options);
    const { repository, stateBucket, previewStateBucket, stateKeyArn, tags = {} } = args;
    const isRepository = (text: string) => /^[\w.-]+\/[\w.-]+$/.test(text);
    checkArgument(`GitHubRoles "${name}": repository`, repository, isRepository, "OWNER/NAME");
    const child = { parent: this };

    const provider = new iam.OpenIdConnectProvider(
      `${name}-provider`,
      { url: `https://${ISSUER}`, clientIdLists: [AUDIENCE], tags },
      child,
    );
    const role = (purpose: string, environments: string[], grants: Grant[]) => {
      const subjects = environments.map((environment) => `repo:${repository}:environment:${environment}`);
      const made = new iam.Role(
        `${name}-${purpose}`,
        { name: `orders-${purpose}`, assumeRolePolicy: githubTrust(provider.arn, subjects), tags },
        child,
      );
      // A role that could change its own rights would have all.
      const own: Grant = { effect: "Deny", actions: ["iam:*"], resources: OWN_ROLES };
      new iam.RolePolicy(
        `${name}-${purpose}-policy`,
        { role: made.id, policy: policyDocument([...grants, own]) },
        child,
      );
      return made;
    };

    this.preview = role("preview", ["preview"], [...PREVIEW, ...stateRights(previewStateBucket, stateKeyArn)]);
    this.deploy = role("deploy", ["dev", "prod"], [...DEPLOY, ...stateRights(stateBucket, stateKeyArn)]);

    this.registerOutputs({ previewRoleArn: this.preview.arn, deployRoleArn: this.deploy.arn });
  }
}

function githubTrust(providerArn: pulumi.Input<string>, subjects: string[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: subjects } },
      },
    ],
  });
}

/** What Pulumi does with its state in S3, for the program's stacks in this bucket, and with the key of their secrets. */
function stateRights(bucket: string | undefined, keyArn: string | undefined): Grant[] {
  const objects = (path: string) => `arn:aws:s3:::${bucket}/.pulumi/${path}`;
  return [
    ...(bucket
      ? [
          { actions: ["s3:ListBucket"], resources: [`arn:aws:s3:::${bucket}`] },
          { actions: ["s3:GetObject", "s3:PutObject"], resources: [objects("meta.yaml")] },
          {
            actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            // stacks/, backups/, history/ and locks/organization/, each of which has a folder for the project.
            resources: [objects("*/orders/*")],
          },
        ]
      : []),
    ...(keyArn ? [{ actions: ["kms:Decrypt", "kms:Encrypt"], resources: [keyArn] }] : []),
  ];
}
