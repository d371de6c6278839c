import { describeGrant, type Grant } from "../support/grants.ts";
import type { RegisteredResource } from "../support/mocks.ts";

/*
 * The grants that AWS services need to act with the role of a function or a state machine, derived from its inputs and from
 * the program's other resources.
 */

const LOG_ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** X-Ray has no resource-level permissions for them. */
const TRACE_ACTIONS = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];

/** Source: Lambda's guide, "Execution role permissions" of Amazon SQS and of Amazon DynamoDB as event sources. */
const POLL_ACTIONS: Readonly<Record<string, string[]>> = {
  "aws:sqs/queue:Queue": ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
  "aws:dynamodb/table:Table": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
};

/** Without resource-level permissions: on a stream, it would grant nothing. Source: Service Authorization Reference, DynamoDB. */
const LIST_STREAMS = "dynamodb:ListStreams";

/** The grants with which Lambda writes a function's log and traces, and polls its event sources. */
export function functionServiceGrants(fn: RegisteredResource, resources: RegisteredResource[]): Grant[] {
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
      const polling = allow(POLL_ACTIONS[source?.type ?? ""] ?? [], arn);
      return arn.endsWith("/stream") ? [...polling, ...allow([LIST_STREAMS], "*")] : polling;
    }),
  ];
}

/** The input with the key's ARN, by type. */
const KEY_OF: Readonly<Record<string, (inputs: RegisteredResource["inputs"]) => unknown>> = {
  "aws:dynamodb/table:Table": ({ serverSideEncryption }) => (serverSideEncryption as { kmsKeyArn?: string }).kmsKeyArn,
  "aws:secretsmanager/secret:Secret": ({ kmsKeyId }) => kmsKeyId,
  "aws:sns/topic:Topic": ({ kmsMasterKeyId }) => kmsMasterKeyId,
  "aws:sqs/queue:Queue": ({ kmsMasterKeyId }) => kmsMasterKeyId,
};

/** Actions that encrypt new data. All others only decrypt. */
const ENCRYPTING = ["sns:Publish", "sqs:SendMessage"];

/** Actions that neither encrypt nor decrypt. */
const WITHOUT_KEY = ["sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** The grants on keys that a role needs to use these grants on encrypted resources, through the services concerned. */
export function keyGrants(grants: Grant[], resources: RegisteredResource[]): Grant[] {
  const needed = grants.flatMap(({ Effect, Action, Resource }) => {
    const used = resources.find(({ name, type }) => KEY_OF[type] && isPartOf(Resource, arnOf(name)));
    const key = used && KEY_OF[used.type]?.(used.inputs);
    if (Effect === "Deny" || typeof key !== "string" || WITHOUT_KEY.includes(Action)) return [];
    const actions = ["kms:Decrypt", ...(ENCRYPTING.includes(Action) ? ["kms:GenerateDataKey"] : [])];
    const [service] = Action.split(":");
    const Condition = { StringEquals: { "kms:ViaService": `${service}.us-east-1.amazonaws.com` } };
    return allow(actions, key).map((grant) => ({ ...grant, Condition }));
  });
  return [...new Map(needed.map((grant) => [describeGrant(grant), grant])).values()];
}

/** Whether an ARN is the resource's own, or that of its index or stream. */
function isPartOf(arn: string, whole: string): boolean {
  return arn === whole || arn.startsWith(`${whole}/`);
}

/** Without resource-level permissions, like X-Ray's. Sources: Step Functions' guide, on CloudWatch Logs and on X-Ray. */
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

/** The grants with which Step Functions invokes the functions of a state machine's tasks, logs and traces. */
export function stateMachineGrants({ inputs }: RegisteredResource, resources: RegisteredResource[]): Grant[] {
  const { States } = JSON.parse(inputs.definition as string) as {
    States: Record<string, { Resource?: string; Parameters?: { QueueUrl?: string } }>;
  };
  const tasks = Object.values(States).flatMap(({ Resource = [], Parameters }) => (Parameters ? [] : Resource));
  const urls = Object.values(States).map(({ Parameters }) => Parameters?.QueueUrl);
  const queues = resources.filter(
    ({ name, type }) => type === "aws:sqs/queue:Queue" && urls.includes(`https://test/${name}`),
  );
  // Executions keep the definition that they started with, which may be older than the aliases.
  const functions = tasks.flatMap((arn) => [arn, arn.replace(/:live$/, "")]);
  const { enabled } = inputs.tracingConfiguration as { enabled: boolean };
  return [
    ...[...new Set(functions)].flatMap((arn) => allow(["lambda:InvokeFunction"], arn)),
    ...queues.flatMap(({ name }) => allow(["sqs:SendMessage"], arnOf(name))),
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
