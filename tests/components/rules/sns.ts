import { computed } from "../../support/mocks.ts";
import { deniesWithoutTls, isPublic } from "./policy.ts";
import { expects, findingUnless, isSet, ofType, type Rule, refersTo, resource, withInputs, without } from "./rule.ts";

const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** Rules on SNS. */
export const SNS_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-SNS3"],
    title: "The topic denies publishing without TLS",
    source: "cdk-nag, SNSTopicSSLPublishOnly; here also for encrypted topics",
    appliesTo: [TOPIC],
    check: (topic, program) =>
      findingUnless(
        ofType(program, TOPIC_POLICY).some(
          ({ inputs }) =>
            refersTo(inputs.arn, topic) && deniesWithoutTls(inputs.policy, ["sns:publish"], [computed(topic.name).arn]),
        ),
        "allows publishing without TLS",
      ),
    mutations: {
      "without a policy": without(TOPIC_POLICY),
      "whose policy is another topic's": withInputs(TOPIC_POLICY, { arn: "arn:aws:sns:::other" }),
      "whose policy denies nothing": withInputs(TOPIC_POLICY, { policy: JSON.stringify({ Statement: [] }) }),
    },
  },
  {
    ids: ["ES7000"],
    title: "The subscription has a redrive policy",
    source: "serverless-rules, sns/redrive_policy",
    appliesTo: [SUBSCRIPTION],
    check: expects("redrivePolicy", isSet),
    mutations: { "without a policy": { redrivePolicy: undefined } },
  },
  {
    ids: ["CKV_AWS_26"],
    title: "The topic is encrypted with a KMS key",
    source: "checkov, SNSTopicEncryption",
    appliesTo: [TOPIC],
    check: expects("kmsMasterKeyId", isSet),
    mutations: { "without a key": { kmsMasterKeyId: undefined } },
    example: [resource(TOPIC, "topic", { kmsMasterKeyId: "arn:aws:kms:::key" })],
  },
  {
    ids: ["CKV_AWS_169"],
    title: "The topic's policy does not admit everyone",
    source: "checkov, SNSTopicPolicyAnyPrincipal",
    appliesTo: [TOPIC_POLICY],
    check: ({ inputs }) => findingUnless(!isPublic(inputs.policy), "admits everyone"),
    mutations: {
      "that lets everyone publish": {
        policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "sns:Publish" } }),
      },
    },
  },
];
