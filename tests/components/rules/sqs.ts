import { computed, type RegisteredResource } from "../../support/mocks.ts";
import { deniesWithoutTls, isPublic } from "./policy.ts";
import { changing, isSet, isTrue, ofType, type Rule, refersTo, unless, valueAt, without } from "./rule.ts";

const QUEUE = "aws:sqs/queue:Queue";
const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const FUNCTION = "aws:lambda/function:Function";

/** Rules on SQS. */
export const SQS_RULES: Rule[] = [
  {
    id: "AwsSolutions-SQS2",
    title: "The queue is encrypted on the server",
    source: "cdk-nag, SQSQueueSSE; here it has to be said",
    appliesTo: [QUEUE],
    finds: ({ inputs }) => unless(isEncrypted(inputs), "is not encrypted"),
    broken: { "without encryption": { sqsManagedSseEnabled: false, kmsMasterKeyId: undefined } },
  },
  {
    id: "AwsSolutions-SQS3",
    title: "The queue has a dead-letter queue, or is one",
    source: "cdk-nag, SQSQueueDLQ",
    appliesTo: [QUEUE],
    finds: (queue, program) =>
      unless(
        isSet(queue.inputs.redrivePolicy) || deadLetterTargets(program).some((arn) => refersTo(arn, queue)),
        "has no dead-letter queue",
      ),
    broken: {
      "that isn't, and without": (program) =>
        changing(SUBSCRIPTION, { redrivePolicy: undefined })(changing(QUEUE, { redrivePolicy: undefined })(program)),
    },
  },
  {
    id: "AwsSolutions-SQS4",
    title: "The queue takes requests over TLS only",
    source: "cdk-nag, SQSQueueSSLRequestsOnly",
    appliesTo: [QUEUE],
    finds: (queue, program) =>
      unless(
        ofType(program, QUEUE_POLICY).some(
          ({ inputs }) =>
            refersTo(inputs.queueUrl, queue) &&
            deniesWithoutTls(inputs.policy, ["*", "sqs:*"], [computed(queue.name).arn]),
        ),
        "takes requests without TLS",
      ),
    broken: {
      "without a policy": without(QUEUE_POLICY),
      "whose policy is another queue's": changing(QUEUE_POLICY, { queueUrl: "https://sqs/other" }),
      "whose policy denies nothing": changing(QUEUE_POLICY, { policy: JSON.stringify({ Statement: [] }) }),
    },
  },
  {
    id: "ES6000",
    title: "SQS: a queue has a redrive policy, or is the dead-letter queue of another",
    source: "serverless-rules, sqs/redrive_policy",
    appliesTo: [QUEUE],
    finds: (queue, program) =>
      unless(
        isSet(queue.inputs.redrivePolicy) || redriveTargets(ofType(program, QUEUE)).some((arn) => refersTo(arn, queue)),
        "has no redrive policy",
      ),
    broken: { "that isn't, and without": changing(QUEUE, { redrivePolicy: undefined }) },
  },
  {
    id: "CKV_AWS_27",
    title: "All data stored in the queue is encrypted",
    source: "checkov, SQSQueueEncryption",
    appliesTo: [QUEUE],
    finds: ({ inputs }) => unless(isEncrypted(inputs), "is not encrypted"),
    broken: { "about which nothing is said": { sqsManagedSseEnabled: undefined, kmsMasterKeyId: undefined } },
  },
  {
    id: "CKV_AWS_168",
    title: "The queue's policy names who may use it",
    source: "checkov, SQSQueuePolicyAnyPrincipal",
    appliesTo: [QUEUE_POLICY, QUEUE],
    finds: ({ inputs }) => unless(!isPublic(inputs.policy), "lets everybody use the queue"),
    broken: {
      "that lets everybody send": {
        policy: JSON.stringify({
          Statement: { Effect: "Allow", Principal: { AWS: ["*"] }, Action: "sqs:SendMessage" },
        }),
      },
    },
  },
];

function isEncrypted({ sqsManagedSseEnabled, kmsMasterKeyId }: RegisteredResource["inputs"]): boolean {
  return isTrue(sqsManagedSseEnabled) || isSet(kmsMasterKeyId);
}

/** ARNs of the queues that take what these resources, queues or subscriptions, could not deliver. */
function redriveTargets(resources: RegisteredResource[]): unknown[] {
  return resources
    .filter(({ inputs }) => isSet(inputs.redrivePolicy))
    .map(({ inputs }) => JSON.parse(String(inputs.redrivePolicy)).deadLetterTargetArn);
}

/** ARNs of the dead-letter queues of queues, subscriptions, functions and targets. */
function deadLetterTargets(program: RegisteredResource[]): unknown[] {
  return [
    ...redriveTargets(ofType(program, QUEUE, SUBSCRIPTION)),
    ...ofType(program, FUNCTION).map(({ inputs }) => valueAt(inputs, "deadLetterConfig.targetArn")),
    ...ofType(program, TARGET).map(({ inputs }) => valueAt(inputs, "deadLetterConfig.arn")),
  ];
}
