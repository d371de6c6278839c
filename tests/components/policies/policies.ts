import { computed, type RegisteredResource } from "../../support/mocks.ts";

const REGIONAL = "us-east-1:000000000000";

/** The ARN of a resource with a name, by type. Source: the service authorization reference, "Resource types". */
const ARNS: Record<string, (name: string) => string> = {
  "aws:cloudfront/distribution:Distribution": (name) => `arn:aws:cloudfront::000000000000:distribution/${name}`,
  "aws:cloudwatch/logGroup:LogGroup": (name) => `arn:aws:logs:${REGIONAL}:log-group:${name}`,
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) => `arn:aws:cloudwatch:${REGIONAL}:alarm:${name}`,
  "aws:dynamodb/table:Table": (name) => `arn:aws:dynamodb:${REGIONAL}:table/${name}`,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": () =>
    "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com",
  "aws:iam/role:Role": (name) => `arn:aws:iam::000000000000:role/${name}`,
  "aws:kms/key:Key": (name) => `arn:aws:kms:${REGIONAL}:key/${name}`,
  "aws:lambda/function:Function": (name) => `arn:aws:lambda:${REGIONAL}:function:${name}`,
  "aws:s3/bucket:Bucket": (name) => `arn:aws:s3:::${name}`,
  "aws:secretsmanager/secret:Secret": (name) => `arn:aws:secretsmanager:${REGIONAL}:secret:${name}`,
  "aws:sesv2/emailIdentity:EmailIdentity": (name) => `arn:aws:ses:${REGIONAL}:identity/${name}`,
  "aws:sfn/stateMachine:StateMachine": (name) => `arn:aws:states:${REGIONAL}:stateMachine:${name}`,
  "aws:sns/topic:Topic": (name) => `arn:aws:sns:${REGIONAL}:${name}`,
  "aws:sqs/queue:Queue": (name) => `arn:aws:sqs:${REGIONAL}:${name}`,
};

/** Every policy document among the resources' inputs, in JSON, by the resource's name. */
export function policiesOf(resources: RegisteredResource[]): Record<string, string> {
  const documents = resources.flatMap(({ name, inputs }) =>
    textsIn(inputs)
      .filter((text) => text.startsWith("{") && "Statement" in JSON.parse(text))
      .map((text) => [name, withResource(withArns(text, resources), computed(name).arn, resources)] as const),
  );
  return Object.fromEntries(documents);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Replaces the ARNs that the mocks compute, which look alike for all types, by such as AWS would. */
function withArns(text: string, resources: RegisteredResource[]): string {
  const arns = new Map(resources.flatMap(({ type, name }) => (ARNS[type] ? [[name, ARNS[type](name)] as const] : [])));
  const mocked = new RegExp(`${computed("").arn}([\\w-]+)(/stream)?`, "g");
  return text.replaceAll(mocked, (arn, name, stream) => `${arns.get(name) ?? arn}${stream ? "/stream/label" : ""}`);
}

/** Gives the statements of a role's trust policy the role as resource: it is implied there, but linters want it. */
function withResource(policy: string, arn: string, resources: RegisteredResource[]): string {
  const { Statement, ...rest } = JSON.parse(policy);
  const isTrust = (Action: string) => /^sts:AssumeRole/.test(Action);
  const statements = Statement.map((one: { Action: string }) =>
    isTrust(one.Action) ? { ...one, Resource: withArns(arn, resources) } : one,
  );
  return JSON.stringify({ ...rest, Statement: statements });
}
