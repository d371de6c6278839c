import { computed, type RegisteredResource } from "../../support/mocks.ts";
import { deniesWithoutTls, isPublic } from "./policy.ts";
import { findingUnless, isSet, isTrue, ofType, type Rule, refersTo, valueAt, withInputs, without } from "./rule.ts";

const QUEUE = "aws:sqs/queue:Queue";
const QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
const FUNCTION = "aws:lambda/function:Function";

/** Rules on SQS. */
export const SQS_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-SQS2", "CKV_AWS_27"],
    title: "The queue is encrypted",
    source: "cdk-nag, SQSQueueSSE; checkov, SQSQueueEncryption; here explicitly, not by SQS's default",
    appliesTo: [QUEUE],
    check: ({ inputs }) => findingUnless(isEncrypted(inputs), "is not encrypted"),
    mutations: {
      "without encryption": { sqsManagedSseEnabled: false, kmsMasterKeyId: undefined },
      "with SQS's default": { sqsManagedSseEnabled: undefined, kmsMasterKeyId: undefined },
    },
  },
  {
    ids: ["AwsSolutions-SQS3"],
    title: "The queue has a dead-letter queue, or is one",
    source: "cdk-nag, SQSQueueDLQ",
    appliesTo: [QUEUE],
    check: (queue, program) =>
      findingUnless(
        isSet(queue.inputs.redrivePolicy) || deadLetterTargets(program).some((arn) => refersTo(arn, queue)),
        "has no dead-letter queue",
      ),
    mutations: {
      "without one": (program) =>
        withInputs(SUBSCRIPTION, { redrivePolicy: undefined })(
          withInputs(QUEUE, { redrivePolicy: undefined })(program),
        ),
    },
  },
  {
    ids: ["AwsSolutions-SQS4"],
    title: "The queue denies requests without TLS",
    source: "cdk-nag, SQSQueueSSLRequestsOnly",
    appliesTo: [QUEUE],
    check: (queue, program) =>
      findingUnless(
        ofType(program, QUEUE_POLICY).some(
          ({ inputs }) =>
            refersTo(inputs.queueUrl, queue) &&
            deniesWithoutTls(inputs.policy, ["*", "sqs:*"], [computed(queue.name).arn]),
        ),
        "allows requests without TLS",
      ),
    mutations: {
      "without a policy": without(QUEUE_POLICY),
      "whose policy is another queue's": withInputs(QUEUE_POLICY, { queueUrl: "https://sqs/other" }),
      "whose policy denies nothing": withInputs(QUEUE_POLICY, { policy: JSON.stringify({ Statement: [] }) }),
    },
  },
  {
    ids: ["ES6000"],
    title: "The queue has a redrive policy, or is the dead-letter queue of another",
    source: "serverless-rules, sqs/redrive_policy",
    appliesTo: [QUEUE],
    check: (queue, program) =>
      findingUnless(
        isSet(queue.inputs.redrivePolicy) || redriveTargets(ofType(program, QUEUE)).some((arn) => refersTo(arn, queue)),
        "has no redrive policy",
      ),
    mutations: { "without one": withInputs(QUEUE, { redrivePolicy: undefined }) },
  },
  {
    ids: ["CKV_AWS_168"],
    title: "The queue's policy does not admit everyone",
    source: "checkov, SQSQueuePolicyAnyPrincipal",
    appliesTo: [QUEUE_POLICY, QUEUE],
    check: ({ inputs }) => findingUnless(!isPublic(inputs.policy), "admits everyone"),
    mutations: {
      "that lets everyone send": {
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

/** ARNs of the dead-letter queues of these queues or subscriptions. */
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
