import { computed } from "../../support/mocks.ts";
import { deniesWithoutTls, isPublic } from "./policy.ts";
import { changing, expects, isSet, ofType, type Rule, refersTo, resource, unless, without } from "./rule.ts";

const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** Rules on SNS. */
export const SNS_RULES: Rule[] = [
  {
    id: "AwsSolutions-SNS3",
    title: "The topic takes messages over TLS only",
    source: "cdk-nag, SNSTopicSSLPublishOnly; here also of an encrypted topic",
    appliesTo: [TOPIC],
    finds: (topic, program) =>
      unless(
        ofType(program, TOPIC_POLICY).some(
          ({ inputs }) =>
            refersTo(inputs.arn, topic) && deniesWithoutTls(inputs.policy, ["sns:publish"], [computed(topic.name).arn]),
        ),
        "takes messages without TLS",
      ),
    broken: {
      "without a policy": without(TOPIC_POLICY),
      "whose policy is another topic's": changing(TOPIC_POLICY, { arn: "arn:aws:sns:::other" }),
      "whose policy denies nothing": changing(TOPIC_POLICY, { policy: JSON.stringify({ Statement: [] }) }),
    },
  },
  {
    id: "ES7000",
    title: "SNS: a subscription has a redrive policy",
    source: "serverless-rules, sns/redrive_policy",
    appliesTo: [SUBSCRIPTION],
    finds: expects("redrivePolicy", isSet),
    broken: { "without a policy": { redrivePolicy: undefined } },
  },
  {
    id: "CKV_AWS_26",
    title: "The topic is encrypted with a KMS key",
    source: "checkov, SNSTopicEncryption",
    appliesTo: [TOPIC],
    finds: expects("kmsMasterKeyId", isSet),
    broken: { "without a key": { kmsMasterKeyId: undefined } },
    example: [resource(TOPIC, "topic", { kmsMasterKeyId: "arn:aws:kms:::key" })],
  },
  {
    id: "CKV_AWS_169",
    title: "The topic's policy names who may use it",
    source: "checkov, SNSTopicPolicyAnyPrincipal",
    appliesTo: [TOPIC_POLICY],
    finds: ({ inputs }) => unless(!isPublic(inputs.policy), "lets everybody use the topic"),
    broken: {
      "that lets everybody publish": {
        policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "sns:Publish" } }),
      },
    },
  },
];
