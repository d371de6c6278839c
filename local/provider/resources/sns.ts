import type { TopicArgs, TopicPolicyArgs, TopicSubscriptionArgs } from "@pulumi/aws/sns/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, tagList, tagMap } from "../tags.ts";

export const topic = defineResource<Plain<TopicArgs>>({
  token: "aws:sns/topic:Topic",
  inputs: {
    displayName: {},
    kmsMasterKeyId: {},
    name: { replaces: true, autoName: { maxLength: 256 } },
    tags: {},
    tracingConfig: { default: "PassThrough", ignored: "The emulator has no X-Ray." },
  },
  outputs: ["arn", "owner"],
  identity: ["name"],

  async create({ name, displayName, kmsMasterKeyId, tags }, aws) {
    const { TopicArn: arn = "" } = await (await aws.sns()).createTopic({
      Name: name,
      Attributes: {
        ...(displayName && { DisplayName: displayName }),
        ...(kmsMasterKeyId && { KmsMasterKeyId: kmsMasterKeyId }),
      },
      Tags: tagList(tags),
    });
    return { id: arn, outputs: { arn, owner: aws.accountId } };
  },

  async read(id, aws) {
    const sns = await aws.sns();
    const [{ Attributes: live = {} }, { Tags }] = await Promise.all([
      sns.getTopicAttributes({ TopicArn: id }),
      sns.listTagsForResource({ ResourceArn: id }),
    ]);
    return {
      inputs: { displayName: live.DisplayName, kmsMasterKeyId: live.KmsMasterKeyId, tags: tagMap(Tags) },
      outputs: { arn: id, owner: aws.accountId },
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const sns = await aws.sns();
    const set = (AttributeName: string, AttributeValue = "") =>
      sns.setTopicAttributes({ TopicArn: id, AttributeName, AttributeValue });
    if (changed("displayName")) await set("DisplayName", inputs.displayName);
    if (changed("kmsMasterKeyId")) await set("KmsMasterKeyId", inputs.kmsMasterKeyId);
    if (changed("tags")) {
      await sns.untagResource({ ResourceArn: id, TagKeys: removedKeys(state.tags, inputs.tags) });
      await sns.tagResource({ ResourceArn: id, Tags: tagList(inputs.tags) });
    }
  },

  async delete(id, aws) {
    await (await aws.sns()).deleteTopic({ TopicArn: id });
  },
});

export const topicPolicy = defineResource<Plain<TopicPolicyArgs>>({
  token: "aws:sns/topicPolicy:TopicPolicy",
  inputs: { arn: { required: true, replaces: true }, policy: { required: true, json: true } },
  outputs: ["owner"],
  identity: ["arn"],

  async create({ arn, policy }, aws) {
    await (await aws.sns()).setTopicAttributes({
      TopicArn: arn,
      AttributeName: "Policy",
      AttributeValue: policy as string,
    });
    return { id: arn, outputs: { owner: aws.accountId } };
  },

  async read(id, aws) {
    const { Attributes: live } = await (await aws.sns()).getTopicAttributes({ TopicArn: id });
    return { inputs: { arn: id, policy: live?.Policy ?? "" }, outputs: { owner: aws.accountId } };
  },

  async update(id, { policy }, aws) {
    await (await aws.sns()).setTopicAttributes({
      TopicArn: id,
      AttributeName: "Policy",
      AttributeValue: policy as string,
    });
  },

  // A topic always has a policy, which is deleted with it.
  async delete() {},
});

/** SNS's names of the subscription attributes that can be changed. */
const ATTRIBUTES = {
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
} as const;

export const topicSubscription = defineResource<Plain<TopicSubscriptionArgs>>({
  token: "aws:sns/topicSubscription:TopicSubscription",
  inputs: {
    endpoint: { required: true, replaces: true },
    filterPolicy: { json: true },
    filterPolicyScope: { default: "MessageAttributes" },
    protocol: { required: true, replaces: true },
    rawMessageDelivery: {},
    redrivePolicy: { json: true },
    topic: { required: true, replaces: true },
  },
  outputs: ["arn"],
  identity: ["endpoint", "protocol", "topic"],

  async create(inputs, aws) {
    const { SubscriptionArn: arn = "" } = await (await aws.sns()).subscribe({
      TopicArn: inputs.topic as string,
      Protocol: inputs.protocol,
      Endpoint: inputs.endpoint,
      Attributes: settings(inputs),
      ReturnSubscriptionArn: true,
    });
    return { id: arn, outputs: { arn } };
  },

  async read(id, aws) {
    const { Attributes: live = {} } = await (await aws.sns()).getSubscriptionAttributes({ SubscriptionArn: id });
    return {
      inputs: {
        endpoint: live.Endpoint,
        filterPolicy: live.FilterPolicy,
        protocol: live.Protocol,
        rawMessageDelivery: live.RawMessageDelivery === "true",
        topic: live.TopicArn,
      },
      outputs: { arn: id },
    };
  },

  async update(id, inputs, aws, { changed }) {
    const sns = await aws.sns();
    const values = settings(inputs);
    for (const [input, AttributeName] of Object.entries(ATTRIBUTES)) {
      if (!changed(input as keyof typeof ATTRIBUTES)) continue;
      const AttributeValue = values[AttributeName] ?? (input === "rawMessageDelivery" ? "false" : "{}");
      await sns.setSubscriptionAttributes({ SubscriptionArn: id, AttributeName, AttributeValue });
    }
  },

  async delete(id, aws) {
    await (await aws.sns()).unsubscribe({ SubscriptionArn: id });
  },
});

function settings(inputs: Plain<TopicSubscriptionArgs>): Record<string, string> {
  const given = Object.entries(ATTRIBUTES).flatMap(([input, attribute]) => {
    const value = inputs[input as keyof typeof ATTRIBUTES];
    return value === undefined ? [] : [[attribute, String(value)]];
  });
  return Object.fromEntries(given);
}
