import { describeGrant, type Grant } from "../support/grants.ts";
import type { RegisteredResource } from "../support/mocks.ts";

/*
 * What AWS's services must be allowed to do in the name of a function or a state machine, derived from how that is set
 * up. The resources are those that Pulumi's mocks were told of.
 */

const LOG_ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** X-Ray knows no resources for them. */
const TRACE_ACTIONS = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];

/** Source: Lambda's guide, "Execution role permissions" of Amazon SQS and of Amazon DynamoDB as event sources. */
const POLL_ACTIONS: Readonly<Record<string, string[]>> = {
  "aws:sqs/queue:Queue": ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
  "aws:dynamodb/table:Table": [
    ...["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
  ],
};

/** What Lambda does in the name of a function: writes its log, traces it, and reads its event sources. */
export function rightsForServices(fn: RegisteredResource, resources: RegisteredResource[]): Grant[] {
  const { loggingConfig, tracingConfig } = fn.inputs as {
    loggingConfig: { logGroup: string };
    tracingConfig?: { mode: string };
  };
  const group = resources.find(({ inputs }) => inputs.name === loggingConfig.logGroup);
  const mappings = resources.filter(
    ({ type, inputs }) =>
      type === "aws:lambda/eventSourceMapping:EventSourceMapping" &&
      String(inputs.functionName)
        .replace(/:live$/, "")
        .endsWith(`:${fn.name}`),
  );
  return [
    ...allow(LOG_ACTIONS, `${arnOf(group?.name)}:*`),
    ...(tracingConfig?.mode === "Active" ? allow(TRACE_ACTIONS, "*") : []),
    ...mappings.flatMap(({ inputs }) => {
      const arn = String(inputs.eventSourceArn);
      const source = resources.find(({ name }) => arnOf(name) === arn.replace(/\/stream$/, ""));
      return allow(POLL_ACTIONS[source?.type ?? ""] ?? [], arn);
    }),
  ];
}

/** What a type of resource names its key by. */
const KEY_OF: Readonly<Record<string, (inputs: RegisteredResource["inputs"]) => unknown>> = {
  "aws:dynamodb/table:Table": ({ serverSideEncryption }) => (serverSideEncryption as { kmsKeyArn?: string }).kmsKeyArn,
  "aws:secretsmanager/secret:Secret": ({ kmsKeyId }) => kmsKeyId,
  "aws:sns/topic:Topic": ({ kmsMasterKeyId }) => kmsMasterKeyId,
  "aws:sqs/queue:Queue": ({ kmsMasterKeyId }) => kmsMasterKeyId,
};

/** What encrypts something new. Everything else that is done with what is encrypted needs to decrypt only. */
const ENCRYPTING = ["sns:Publish", "sqs:SendMessage"];

/** What encrypts or decrypts nothing. */
const WITHOUT_KEY = ["sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** What services do with keys in the name of whoever has these grants: for what is encrypted with one, and through them. */
export function rightsOnKeys(grants: Grant[], resources: RegisteredResource[]): Grant[] {
  const rights = grants.flatMap(({ Effect, Action, Resource }) => {
    const used = resources.find(({ name, type }) => KEY_OF[type] && isPartOf(Resource, arnOf(name)));
    const key = used && KEY_OF[used.type]?.(used.inputs);
    if (Effect === "Deny" || typeof key !== "string" || WITHOUT_KEY.includes(Action)) return [];
    const actions = ["kms:Decrypt", ...(ENCRYPTING.includes(Action) ? ["kms:GenerateDataKey"] : [])];
    const [service] = Action.split(":");
    const Condition = { StringEquals: { "kms:ViaService": `${service}.us-east-1.amazonaws.com` } };
    return allow(actions, key).map((grant) => ({ ...grant, Condition }));
  });
  return [...new Map(rights.map((grant) => [describeGrant(grant), grant])).values()];
}

/** Whether an ARN is a resource's own, or that of an index or the stream of it. */
function isPartOf(arn: string, whole: string): boolean {
  return arn === whole || arn.startsWith(`${whole}/`);
}

/** Log delivery and X-Ray know no resources for these. Sources: Step Functions' guide, on CloudWatch Logs and on X-Ray. */
const DELIVERY_ACTIONS = [
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
];
const SAMPLING_ACTIONS = ["xray:GetSamplingRules", "xray:GetSamplingTargets"];

/** What Step Functions does in the name of a state machine: invokes the functions of its tasks, logs and traces. */
export function rightsOfStateMachine({ inputs }: RegisteredResource): Grant[] {
  const { States } = JSON.parse(inputs.definition as string) as { States: Record<string, { Resource?: string }> };
  const tasks = Object.values(States).flatMap(({ Resource = [] }) => Resource);
  // Executions go on by the definition that they began with: maybe one from before there were aliases.
  const functions = tasks.flatMap((arn) => [arn, arn.replace(/:live$/, "")]);
  const { enabled } = inputs.tracingConfiguration as { enabled: boolean };
  return [
    ...[...new Set(functions)].flatMap((arn) => allow(["lambda:InvokeFunction"], arn)),
    ...(inputs.loggingConfiguration ? allow(DELIVERY_ACTIONS, "*") : []),
    ...(enabled ? allow([...TRACE_ACTIONS, ...SAMPLING_ACTIONS], "*") : []),
  ];
}

function allow(actions: string[], Resource: string): Grant[] {
  return actions.map((Action) => ({ Effect: "Allow", Action, Resource }));
}

function arnOf(name = ""): string {
  return `arn:aws:test:us-east-1:000000000000:${name}`;
}
