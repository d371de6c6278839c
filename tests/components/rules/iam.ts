import type { RegisteredResource } from "../../support/mocks.ts";
import { listOf, type Statement, statementsOf } from "./policy.ts";
import { ofType, type Rule, refersTo, resource, withInputs } from "./rule.ts";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const POLICY = "aws:iam/policy:Policy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** Rules on IAM. */
export const IAM_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-IAM4"],
    title: "The role has no policies managed by AWS",
    source: "cdk-nag, IAMNoManagedPolicies",
    appliesTo: [ROLE, ATTACHMENT],
    check: ({ inputs }) =>
      [...listOf(inputs.managedPolicyArns), inputs.policyArn].map(String).filter((arn) => arn.includes(":iam::aws:")),
    mutations: {
      "with Lambda's basic execution policy": {
        managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      },
    },
  },
  {
    ids: ["AwsSolutions-IAM5"],
    title: "The role has no wildcard permissions",
    source: "cdk-nag, IAMNoWildcardPermissions",
    appliesTo: [ROLE, ROLE_POLICY, POLICY],
    check: ({ inputs }) => allowedBy(inputs).flatMap(wildcards),
    mutations: {
      "that may do everything with a table": { policy: allowing("dynamodb:*", "arn:aws:dynamodb:::table/orders") },
      "that may read every table": { policy: allowing("dynamodb:GetItem", "*") },
      "that may read some tables": { policy: allowing("dynamodb:GetItem", "arn:aws:dynamodb:::table/order*") },
      "with such an inline policy": {
        inlinePolicies: [{ policy: allowing("s3:*", "arn:aws:s3:::bucket") }],
      },
    },
    example: [
      resource(ROLE_POLICY, "policy", { policy: allowing("dynamodb:GetItem", "arn:aws:dynamodb:::table/orders") }),
    ],
  },
  {
    ids: ["WS1003"],
    title: "The function's role allows no wildcard actions",
    source: "serverless-rules, lambda/star_permissions",
    appliesTo: [ROLE],
    check: (role, program) => {
      const policies = ofType(program, ROLE_POLICY).filter(({ inputs }) => refersTo(inputs.role, role));
      const actions = [role, ...policies]
        .flatMap(({ inputs }) => allowedBy(inputs))
        .flatMap(({ Action }) => listOf(Action));
      return isForLambda(role) ? actions.filter((action) => action === "*" || action.includes(":*")) : [];
    },
    mutations: {
      "that may do everything": withInputs(ROLE_POLICY, { policy: allowing("*", "*") }),
      "that may do everything with a service": withInputs(ROLE_POLICY, {
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

/** The Allow statements of a policy, or of a role's inline policies. */
function allowedBy({ policy, inlinePolicies }: Record<string, unknown>): Statement[] {
  const inline = listOf(inlinePolicies as { policy?: unknown }[] | undefined).map((one) => one.policy);
  return [policy, ...inline].flatMap(statementsOf).filter(({ Effect }) => Effect === "Allow");
}

/** Each action that has a wildcard or a resource with one; the resource shortened to its wildcards. */
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
