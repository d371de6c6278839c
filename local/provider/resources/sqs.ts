import type { QueueAttributeName } from "@aws-sdk/client-sqs";
import type { QueueArgs, QueuePolicyArgs, RedriveAllowPolicyArgs } from "@pulumi/aws/sqs/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys } from "../tags.ts";

type Queue = Plain<QueueArgs>;

/** SQS's names of the queue's attributes. */
const ATTRIBUTES = {
  delaySeconds: "DelaySeconds",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
} as const satisfies Partial<Record<keyof Queue, QueueAttributeName>>;

type Attribute = keyof typeof ATTRIBUTES;

/** SQS's defaults. Source: API reference of CreateQueue. */
const DEFAULTS: Partial<Record<Attribute, number>> = {
  delaySeconds: 0,
  kmsDataKeyReusePeriodSeconds: 300,
  maxMessageSize: 1_048_576,
  messageRetentionSeconds: 345_600,
  receiveWaitTimeSeconds: 0,
  visibilityTimeoutSeconds: 30,
};

export const queue = defineResource<Queue>({
  token: "aws:sqs/queue:Queue",
  inputs: {
    delaySeconds: { default: DEFAULTS.delaySeconds },
    kmsDataKeyReusePeriodSeconds: { default: DEFAULTS.kmsDataKeyReusePeriodSeconds },
    kmsMasterKeyId: {},
    maxMessageSize: { default: DEFAULTS.maxMessageSize },
    messageRetentionSeconds: { default: DEFAULTS.messageRetentionSeconds },
    name: { replaces: true, autoName: { maxLength: 80 } },
    receiveWaitTimeSeconds: { default: DEFAULTS.receiveWaitTimeSeconds },
    redrivePolicy: { json: true },
    sqsManagedSseEnabled: { computed: true },
    tags: {},
    visibilityTimeoutSeconds: { default: DEFAULTS.visibilityTimeoutSeconds },
  },
  outputs: ["arn", "url"],
  identity: ["name"],

  async create(inputs, aws) {
    const sqs = await aws.sqs();
    const { QueueUrl: url = "" } = await sqs.createQueue({
      QueueName: inputs.name,
      Attributes: attributes(inputs),
      tags: inputs.tags,
    });
    return { id: url, outputs: { arn: arnOf(url, aws), url } };
  },

  async read(id, aws) {
    const sqs = await aws.sqs();
    const [{ Attributes: live = {} }, { Tags: tags }] = await Promise.all([
      sqs.getQueueAttributes({ QueueUrl: id, AttributeNames: ["All"] }),
      sqs.listQueueTags({ QueueUrl: id }),
    ]);
    const read = Object.entries(ATTRIBUTES).map(([input, attribute]) => [input, parseAttribute(live[attribute])]);
    return { inputs: { ...Object.fromEntries(read), tags }, outputs: { arn: arnOf(id, aws), url: id } };
  },

  async update(id, inputs, aws, { state, changed }) {
    const sqs = await aws.sqs();
    const changes = (Object.keys(ATTRIBUTES) as Attribute[]).filter((name) => changed(name));
    if (changes.length > 0) {
      // An attribute that is no longer given is reset to its default.
      const defaults = Object.fromEntries(changes.map((name) => [ATTRIBUTES[name], String(DEFAULTS[name] ?? "")]));
      await sqs.setQueueAttributes({ QueueUrl: id, Attributes: { ...defaults, ...attributes(inputs, changes) } });
    }
    if (changed("tags")) {
      const TagKeys = removedKeys(state.tags, inputs.tags);
      if (TagKeys.length > 0) await sqs.untagQueue({ QueueUrl: id, TagKeys });
      await sqs.tagQueue({ QueueUrl: id, Tags: inputs.tags ?? {} });
    }
  },

  async delete(id, aws) {
    await (await aws.sqs()).deleteQueue({ QueueUrl: id });
  },
});

export const queuePolicy = queueDocument<Plain<QueuePolicyArgs>>("aws:sqs/queuePolicy:QueuePolicy", "policy", "Policy");

export const redriveAllowPolicy = queueDocument<Plain<RedriveAllowPolicyArgs>>(
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  "redriveAllowPolicy",
  "RedriveAllowPolicy",
);

/** A JSON attribute of a queue that is a separate resource in the official provider. */
function queueDocument<Inputs extends { queueUrl: string }>(
  token: string,
  input: keyof Inputs & string,
  attribute: QueueAttributeName,
) {
  const put = async (url: string, document: unknown, aws: Aws) => {
    await (await aws.sqs()).setQueueAttributes({ QueueUrl: url, Attributes: { [attribute]: document as string } });
  };
  return defineResource<Inputs>({
    token,
    inputs: { queueUrl: { required: true, replaces: true }, [input]: { required: true, json: true } } as never,
    outputs: [],
    identity: ["queueUrl"],
    async create(inputs, aws) {
      await put(inputs.queueUrl, inputs[input], aws);
      return { id: inputs.queueUrl, outputs: {} };
    },
    async read(id, aws) {
      const sqs = await aws.sqs();
      const { Attributes: live } = await sqs.getQueueAttributes({ QueueUrl: id, AttributeNames: [attribute] });
      if (!live?.[attribute]) return undefined;
      return { inputs: { queueUrl: id, [input]: live[attribute] } as never, outputs: {} };
    },
    async update(id, inputs, aws) {
      await put(id, inputs[input], aws);
      return {};
    },
    async delete(id, aws) {
      await put(id, "", aws);
    },
  });
}

function attributes(inputs: Queue, names = Object.keys(ATTRIBUTES) as Attribute[]): Record<string, string> {
  const given = names.filter((name) => inputs[name] !== undefined);
  return Object.fromEntries(given.map((name) => [ATTRIBUTES[name], String(inputs[name])]));
}

/** SQS returns every attribute as a string. */
function parseAttribute(value: string | undefined): unknown {
  if (value === "true" || value === "false") return value === "true";
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : value;
}

function arnOf(url: string, { region, accountId }: Aws): string {
  return `arn:aws:sqs:${region}:${accountId}:${url.split("/").at(-1)}`;
}
