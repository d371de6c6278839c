/** The smallest part of an identity policy: one action on one resource that is allowed, or forbidden. */
export interface Grant {
  Effect: "Allow" | "Deny";
  Action: string;
  Resource: string;
  Condition?: object;
}

/** A statement of a policy, as IAM takes it. */
interface Statement extends Omit<Grant, "Action" | "Resource"> {
  Action: string | string[];
  Resource: string | string[];
}

/** All that a policy allows or forbids, one by one. @param policy - JSON. */
export function grantsIn(policy: string): Grant[] {
  const { Statement } = JSON.parse(policy) as { Statement: Statement[] };
  return Statement.flatMap(({ Action: actions, Resource: resources, ...rest }) =>
    [actions].flat().flatMap((Action) => [resources].flat().map((Resource) => ({ ...rest, Action, Resource }))),
  );
}

/** The policy of these grants, as JSON. */
export function policyOf(grants: Grant[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: grants });
}

/** A grant in words, e.g. `Allow dynamodb:GetItem on arn:aws:…`. */
export function described({ Effect, Action, Resource, Condition }: Grant): string {
  return `${Effect} ${Action} on ${Resource}${Condition ? ` if ${JSON.stringify(Condition)}` : ""}`;
}

/**
 * Actions that the emulator asks nobody's right for, as it is not the function's code that does them, but a service in
 * its name. Each is derived from what it serves, and compared exactly, in tests/components/grants.test.ts; every other
 * grant is taken away in tests/integration/privilege/least-privilege.test.ts. docs/fidelity.md lists them.
 */
export const UNENFORCED: ReadonlySet<string> = new Set([
  // Lambda writes a function's log, and its daemon the traces.
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
  // Event source mappings poll queues, and the table's stream.
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:ReceiveMessage",
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
  // Services decrypt what they store with the caller's right to the key.
  "kms:Decrypt",
  "kms:GenerateDataKey",
]);
