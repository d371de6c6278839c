import type { RegisteredResource } from "../../support/mocks.ts";
import { listOf, type Statement, statementsOf } from "./policy.ts";
import { changing, ofType, type Rule, refersTo, resource } from "./rule.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const POLICY = "aws:iam/policy:Policy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** Rules on IAM. */
export const IAM_RULES: Rule[] = [
  {
    id: "AwsSolutions-IAM4",
    title: "No policies of AWS's own",
    source: "cdk-nag, IAMNoManagedPolicies",
    appliesTo: [ROLE, ATTACHMENT],
    finds: ({ inputs }) =>
      [...listOf(inputs.managedPolicyArns), inputs.policyArn].map(String).filter((arn) => arn.includes(":iam::aws:")),
    broken: {
      "with Lambda's usual policy": {
        managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      },
    },
  },
  {
    id: "AwsSolutions-IAM5",
    title: "No wildcards in what a role may do",
    source: "cdk-nag, IAMNoWildcardPermissions",
    appliesTo: [ROLE, ROLE_POLICY, POLICY],
    finds: ({ inputs }) => allowedBy(inputs).flatMap(wildcards),
    broken: {
      "that may do everything with a table": { policy: allowing("dynamodb:*", "arn:aws:dynamodb:::table/orders") },
      "that may read every table": { policy: allowing("dynamodb:GetItem", "*") },
      "that may read some tables": { policy: allowing("dynamodb:GetItem", "arn:aws:dynamodb:::table/order*") },
      "with such a policy in the role itself": {
        inlinePolicies: [{ policy: allowing("s3:*", "arn:aws:s3:::bucket") }],
      },
    },
    example: [
      resource(ROLE_POLICY, "policy", { policy: allowing("dynamodb:GetItem", "arn:aws:dynamodb:::table/orders") }),
    ],
  },
  {
    id: "WS1003",
    title: "Lambda: no stars in the actions that a function may do",
    source: "serverless-rules, lambda/star_permissions",
    appliesTo: [ROLE],
    finds: (role, program) => {
      const policies = ofType(program, ROLE_POLICY).filter(({ inputs }) => refersTo(inputs.role, role));
      const actions = [role, ...policies]
        .flatMap(({ inputs }) => allowedBy(inputs))
        .flatMap(({ Action }) => listOf(Action));
      return isForLambda(role) ? actions.filter((action) => action === "*" || action.includes(":*")) : [];
    },
    broken: {
      "that may do everything": changing(ROLE_POLICY, { policy: allowing("*", "*") }),
      "that may do everything with a service": changing(ROLE_POLICY, {
        policy: allowing("dynamodb:*", "arn:aws:dynamodb:::table/orders"),
      }),
    },
  },
];

function isForLambda({ inputs }: RegisteredResource): boolean {
  const principals = statementsOf(inputs.assumeRolePolicy).flatMap(({ Principal = {} }) =>
    Principal === "*" ? [] : listOf(Principal.Service),
  );
  return principals.includes("lambda.amazonaws.com");
}

/** What a role's or a policy's own documents allow. */
function allowedBy({ policy, inlinePolicies }: Record<string, unknown>): Statement[] {
  const inline = listOf(inlinePolicies as { policy?: unknown }[] | undefined).map((one) => one.policy);
  return [policy, ...inline].flatMap(statementsOf).filter(({ Effect }) => Effect === "Allow");
}

/** Each action that is a wildcard or is allowed on one; of the resource, only what comes before the star is left out. */
function wildcards({ Action, Resource }: Statement): string[] {
  const resources = listOf(Resource);
  return listOf(Action).flatMap((action) =>
    resources
      .filter((arn) => action.includes("*") || arn.includes("*"))
      .map((arn) => `${action} on ${arn.replaceAll(/[^*]*[^*:/]/g, "…")}`),
  );
}

function allowing(action: string, arn: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: [action], Resource: [arn] }] });
}
