import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { A_DOMAIN_NAME, isDomainName } from "../components/custom-domain/custom-domain.ts";
import { checkArgument, isWholeNumber } from "../components/shared/arguments.ts";
import { type Grant, policyDocument } from "../components/shared/policies.ts";
import type { TaggedArgs } from "../components/shared/tagged-args.ts";
import { ROLE_GRANTS, type RoleName } from "./deploy-grants.ts";
import { domainGrants } from "./domain-grants.ts";
import { denyKeysOf, type State, stateGrants } from "./state-grants.ts";

/** The arguments of {@link GitHubRoles}. */
export interface GitHubRolesArgs extends TaggedArgs {
  /** The repository whose workflows may assume the roles, as `OWNER/NAME`, in GitHub's own case. For example `acme/orders`. */
  repository: string;
  /** GitHub's id of the repository's owner, which nobody else ever gets. For example 583231. */
  ownerId: number;
  /** GitHub's id of the repository, likewise. For example 1296269. */
  repositoryId: number;
  /**
   * Also trusts tokens whose subject has no ids: those of a repository from before 15 July 2026 that has not opted in to them.
   * Default false, as whoever gets the repository's old name could send them, too.
   */
  trustOldSubject?: boolean;
  /** ARN of GitHub's identity provider, if the account has it already: there can be only one. Default: creates it. */
  providerArn?: string | undefined;
  /** The domain names that stages have of their own, if any, e.g. `{ prod: "shop.example.com" }`. Previews have none. */
  domainNames?: { dev?: string | undefined; prod?: string | undefined };
  /** Where each role finds the state of its stacks. */
  state: Record<RoleName, State>;
}

/** The roles of the account's stack. Matched by name, as `iam:PassRole` ignores tags. */
const OWN_ROLES = ["arn:aws:iam::*:role/orders-*", "arn:aws:iam::*:role/api-gateway-*"];

/** Source: GitHub's guide, "Configuring OpenID Connect in Amazon Web Services". */
const AUDIENCE = "sts.amazonaws.com";
const ISSUER = "token.actions.githubusercontent.com";

/** Seconds for which prod's job may have credentials: its time-out, as a canary alone takes half an hour. */
const PROD_SESSION_SECONDS = 7_200;

/**
 * The roles that GitHub workflows assume to deploy, with an OpenID Connect token instead of stored keys. Each trusts one
 * environment of one repository; GitHub decides which jobs may use an environment.
 */
export class GitHubRoles extends pulumi.ComponentResource {
  /** ARNs, by the GitHub environment that each role is for. */
  readonly arns: Record<RoleName, pulumi.Output<string>>;

  constructor(name: string, args: GitHubRolesArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:GitHubRoles", name, {}, options);
    const { state, tags = {} } = args;
    const domainNames: Partial<Record<RoleName, string | undefined>> = args.domainNames ?? {};
    checkArguments(`GitHubRoles "${name}"`, args);
    const child = { parent: this };

    const providerArn =
      args.providerArn ??
      new iam.OpenIdConnectProvider(
        `${name}-provider`,
        { url: `https://${ISSUER}`, clientIdLists: [AUDIENCE], tags },
        child,
      ).arn;
    const createRole = (environment: RoleName, maxSessionDuration?: number) => {
      const role = new iam.Role(
        `${name}-${environment}`,
        {
          name: `orders-${environment}`,
          assumeRolePolicy: githubTrust(providerArn, subjects(args, environment)),
          ...(maxSessionDuration && { maxSessionDuration }),
          tags,
        },
        child,
      );
      // A role that may change its own permissions has all permissions.
      const denyOwnRoles: Grant = { effect: "Deny", actions: ["iam:*"], resources: OWN_ROLES };
      const others = Object.entries(state).flatMap(([other, itsState]) => (other === environment ? [] : itsState));
      const grants = [
        ...ROLE_GRANTS[environment],
        ...domainGrants(domainNames[environment]),
        ...stateGrants(environment, state[environment]),
      ];
      new iam.RolePolicy(
        `${name}-${environment}-policy`,
        { role: role.id, policy: policyDocument([...grants, ...denyKeysOf(others), denyOwnRoles]) },
        child,
      );
      return role.arn;
    };

    this.arns = {
      preview: createRole("preview"),
      dev: createRole("dev"),
      prod: createRole("prod", PROD_SESSION_SECONDS),
    };
    this.registerOutputs({ arns: this.arns });
  }
}

function checkArguments(self: string, args: GitHubRolesArgs): void {
  const { repository, ownerId, repositoryId, domainNames = {}, state } = args;
  checkArgument(`${self}: repository`, repository, (text) => /^[\w.-]+\/[\w.-]+$/.test(text), "OWNER/NAME");
  for (const [argument, id] of Object.entries({ ownerId, repositoryId })) {
    checkArgument(`${self}: ${argument}`, id, isWholeNumber(1, Number.MAX_SAFE_INTEGER), "the id that GitHub gave it");
  }
  const keys = Object.values(state).flatMap(({ keyArn = [] }) => keyArn);
  checkArgument(`${self}: the keys`, keys, (all) => new Set(all).size === all.length, "one for each role");
  const { preview, prod } = state;
  const isOwn = (bucket: string | undefined) => !bucket || bucket !== prod.bucket;
  checkArgument(`${self}: previewStateBucket`, preview.bucket, isOwn, "another bucket than dev's and prod's");
  for (const [stage, name] of Object.entries(domainNames)) {
    checkArgument(`${self}: ${stage}DomainName`, name, () => !name || isDomainName(name), A_DOMAIN_NAME);
  }
  const isOnly = (name: string | undefined) => !name || name !== domainNames.dev;
  checkArgument(`${self}: prodDomainName`, domainNames.prod, isOnly, "another name than dev's");
}

/** The subjects of the tokens of jobs in an environment. Source: GitHub's reference, "OpenID Connect", immutable subject claims. */
function subjects({ repository, ownerId, repositoryId, trustOldSubject }: GitHubRolesArgs, environment: RoleName) {
  const [owner, name] = repository.split("/");
  const immutable = `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:${environment}`;
  return trustOldSubject ? [immutable, `repo:${repository}:environment:${environment}`] : [immutable];
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
