import type { ApiKeyArgs, UsagePlanArgs, UsagePlanKeyArgs } from "@pulumi/aws/apigateway/index.js";
import { defineResource, type Plain } from "../resource-type.ts";
import { replaceOperations, updateTags } from "./rest-api.ts";

export const apiKey = defineResource<Plain<ApiKeyArgs>>({
  token: "aws:apigateway/apiKey:ApiKey",
  inputs: {
    description: {},
    enabled: { default: true },
    name: { autoName: { maxLength: 1_024 } },
    tags: {},
    value: { replaces: true, computed: true },
  },
  outputs: ["arn", "createdDate", "value"],
  secrets: ["value"],

  async create({ name, description, enabled = true, value, tags }, aws) {
    const live = await (await aws.apiGateway()).createApiKey({ name, description, enabled, value, tags });
    const id = live.id ?? "";
    const arn = `arn:aws:apigateway:${aws.region}::/apikeys/${id}`;
    return { id, outputs: { arn, createdDate: live.createdDate?.toISOString(), value: live.value } };
  },

  async read(id, aws) {
    const live = await (await aws.apiGateway()).getApiKey({ apiKey: id, includeValue: true });
    return {
      inputs: { description: live.description, enabled: live.enabled, name: live.name, value: live.value },
      outputs: { value: live.value },
    };
  },

  async update(id, { name, description, enabled = true, tags }, aws, { state, changed }) {
    const gateway = await aws.apiGateway();
    if (changed("tags")) await updateTags(gateway, String(state.arn), state.tags, tags);
    const patchOperations = replaceOperations({ name, description, enabled });
    if (changed("name", "description", "enabled")) await gateway.updateApiKey({ apiKey: id, patchOperations });
  },

  async delete(id, aws) {
    await (await aws.apiGateway()).deleteApiKey({ apiKey: id });
  },
});

export const usagePlan = defineResource<Plain<UsagePlanArgs>>({
  token: "aws:apigateway/usagePlan:UsagePlan",
  inputs: {
    apiStages: {},
    description: {},
    name: { autoName: { maxLength: 1_024 } },
    quotaSettings: {},
    tags: {},
    throttleSettings: {},
  },
  outputs: ["arn"],

  async create(inputs, aws) {
    const live = await (await aws.apiGateway()).createUsagePlan({
      name: inputs.name,
      description: inputs.description,
      ...limits(inputs),
      tags: inputs.tags,
    });
    const id = live.id ?? "";
    return { id, outputs: { arn: `arn:aws:apigateway:${aws.region}::/usageplans/${id}` } };
  },

  async read(id, aws) {
    const { name, description, apiStages, quota, throttle } = await (await aws.apiGateway()).getUsagePlan({
      usagePlanId: id,
    });
    return {
      inputs: {
        apiStages: apiStages?.map(({ apiId = "", stage = "" }) => ({ apiId, stage })),
        description,
        name,
        quotaSettings: quota?.limit ? { limit: quota.limit, period: quota.period ?? "" } : undefined,
        throttleSettings: { rateLimit: throttle?.rateLimit, burstLimit: throttle?.burstLimit },
      },
      outputs: {},
    };
  },

  async update(id, inputs, aws, { state, changed }) {
    const gateway = await aws.apiGateway();
    if (changed("tags")) await updateTags(gateway, String(state.arn), state.tags, inputs.tags);
    // API Gateway takes strings as patch values and parses them; the emulator stores values as they are.
    const { apiStages = [], quota = {}, throttle = {} } = limits(inputs);
    const limitOperations = Object.entries({ apiStages, quota, throttle }).map(([name, value]) => ({
      op: "replace" as const,
      path: `/${name}`,
      value: value as never,
    }));
    const { name, description } = inputs;
    await gateway.updateUsagePlan({
      usagePlanId: id,
      patchOperations: [...replaceOperations({ name, description }), ...limitOperations],
    });
  },

  async delete(id, aws) {
    await (await aws.apiGateway()).deleteUsagePlan({ usagePlanId: id });
  },
});

function limits({ apiStages, quotaSettings: quota, throttleSettings }: Plain<UsagePlanArgs>) {
  return {
    apiStages: apiStages?.map(({ apiId, stage }) => ({ apiId, stage })),
    quota: quota && { limit: quota.limit, offset: quota.offset ?? 0, period: quota.period as "MONTH" },
    throttle: throttleSettings,
  };
}

export const usagePlanKey = defineResource<Plain<UsagePlanKeyArgs>>({
  token: "aws:apigateway/usagePlanKey:UsagePlanKey",
  inputs: {
    keyId: { required: true, replaces: true },
    keyType: { required: true, replaces: true },
    usagePlanId: { required: true, replaces: true },
  },
  outputs: ["name", "value"],
  secrets: ["value"],
  identity: ["keyId", "usagePlanId"],

  async create(inputs, aws) {
    const live = await (await aws.apiGateway()).createUsagePlanKey(inputs);
    return { id: inputs.keyId, outputs: { name: live.name, value: live.value } };
  },

  async read(id, aws, { usagePlanId }) {
    const live = await (await aws.apiGateway()).getUsagePlanKey({ usagePlanId, keyId: id });
    return { inputs: { keyId: id }, outputs: { name: live.name, value: live.value } };
  },

  async delete(id, aws, { usagePlanId }) {
    await (await aws.apiGateway()).deleteUsagePlanKey({ usagePlanId, keyId: id });
  },
});
