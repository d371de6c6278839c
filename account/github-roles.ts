import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { checkArgument } from "../components/shared/arguments.ts";
import { type Grant, policyDocument } from "../components/shared/policies.ts";
import type { TaggedArgs } from "../components/shared/tagged-args.ts";
import { DEPLOY_GRANTS, PREVIEW_GRANTS } from "./deploy-grants.ts";

/** The arguments of {@link GitHubRoles}. */
export interface GitHubRolesArgs extends TaggedArgs {
  /** The repository whose workflows may assume the roles, as `OWNER/NAME`. For example `acme/orders`. */
  repository: string;
  /** Name of the bucket with the state of dev and prod. Default none, for state kept elsewhere. */
  stateBucket?: string;
  /**
   * Name of the bucket with the state of previews and tests. Default none. Not the bucket of dev and prod: listing stacks
   * takes read access to the whole bucket.
   */
  previewStateBucket?: string;
  /** ARN of the KMS key that encrypts the stacks' secrets. Default none, for another secrets provider. */
  stateKeyArn?: string;
}

/** The roles of the account's stack. Matched by name, as `iam:PassRole` ignores tags. */
const OWN_ROLES = ["arn:aws:iam::*:role/orders-*", "arn:aws:iam::*:role/api-gateway-*"];

/** Source: GitHub's guide, "Configuring OpenID Connect in Amazon Web Services". */
const AUDIENCE = "sts.amazonaws.com";
const ISSUER = "token.actions.githubusercontent.com";

/**
 * The roles that GitHub workflows assume to deploy, with an OpenID Connect token instead of stored keys. Each trusts certain
 * environments of one repository; GitHub decides which jobs may use an environment.
 */
export class GitHubRoles extends pulumi.ComponentResource {
  /** Deploys previews; for the environment `preview`. */
  readonly preview: iam.Role;
  /** Deploys the permanent stages; for the environments `dev` and `prod`. */
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
    const createRole = (purpose: string, environments: string[], grants: Grant[]) => {
      const subjects = environments.map((environment) => `repo:${repository}:environment:${environment}`);
      const role = new iam.Role(
        `${name}-${purpose}`,
        { name: `orders-${purpose}`, assumeRolePolicy: githubTrust(provider.arn, subjects), tags },
        child,
      );
      // A role that may change its own permissions has all permissions.
      const denyOwnRoles: Grant = { effect: "Deny", actions: ["iam:*"], resources: OWN_ROLES };
      new iam.RolePolicy(
        `${name}-${purpose}-policy`,
        { role: role.id, policy: policyDocument([...grants, denyOwnRoles]) },
        child,
      );
      return role;
    };

    this.preview = createRole(
      "preview",
      ["preview"],
      [...PREVIEW_GRANTS, ...stateGrants(previewStateBucket, stateKeyArn)],
    );
    this.deploy = createRole("deploy", ["dev", "prod"], [...DEPLOY_GRANTS, ...stateGrants(stateBucket, stateKeyArn)]);

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

/** What Pulumi needs for the program's stacks in this bucket, and for the key of their secrets. */
function stateGrants(bucket: string | undefined, keyArn: string | undefined): Grant[] {
  const objects = (path: string) => `arn:aws:s3:::${bucket}/.pulumi/${path}`;
  return [
    ...(bucket
      ? [
          { actions: ["s3:ListBucket"], resources: [`arn:aws:s3:::${bucket}`] },
          { actions: ["s3:GetObject", "s3:PutObject"], resources: [objects("meta.yaml")] },
          {
            actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            // A folder per project in each of stacks/, backups/, history/ and locks/organization/.
            resources: [objects("*/orders/*")],
          },
        ]
      : []),
    ...(keyArn ? [{ actions: ["kms:Decrypt", "kms:Encrypt"], resources: [keyArn] }] : []),
  ];
}
