/** A single permission of an identity policy: one action on one resource, allowed or denied. */
export interface Grant {
  Effect: "Allow" | "Deny";
  Action: string;
  Resource: string;
  Condition?: object;
}

/** A statement of an IAM policy. */
interface Statement extends Omit<Grant, "Action" | "Resource"> {
  Action: string | string[];
  Resource: string | string[];
}

/** Splits a policy into single permissions. @param policy - JSON. */
export function grantsIn(policy: string): Grant[] {
  const { Statement } = JSON.parse(policy) as { Statement: Statement[] };
  return Statement.flatMap(({ Action: actions, Resource: resources, ...rest }) =>
    [actions].flat().flatMap((Action) => [resources].flat().map((Resource) => ({ ...rest, Action, Resource }))),
  );
}

/** A policy with these permissions, as JSON. */
export function policyOf(grants: Grant[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: grants });
}

/** Describes a grant, e.g. `Allow dynamodb:GetItem on arn:aws:…`. */
export function describeGrant({ Effect, Action, Resource, Condition }: Grant): string {
  return `${Effect} ${Action} on ${Resource}${Condition ? ` if ${JSON.stringify(Condition)}` : ""}`;
}

/**
 * Actions that the emulator doesn't authorise, because a service does them on the function's behalf, not its own code.
 * tests/components/grants.test.ts derives the expected grants and compares them exactly; all other grants are tested by
 * removal, in tests/integration/privilege/least-privilege.test.ts. docs/fidelity.md lists these actions.
 */
export const UNENFORCED: ReadonlySet<string> = new Set([
  // Lambda writes a function's logs, and the X-Ray daemon its traces.
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
  // Event source mappings poll the queues and the table's stream. In a backlog, functions go on by themselves with the same rights.
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:ReceiveMessage",
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
  // Services decrypt what they store with the caller's permission for the key.
  "kms:Decrypt",
  "kms:GenerateDataKey",
]);
