import type {
  ApiKeyArgs,
  DeploymentArgs,
  MethodSettingsArgs,
  StageArgs,
  UsagePlanArgs,
  UsagePlanKeyArgs,
} from "@pulumi/aws/apigateway/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import type { Tags } from "../tags.ts";

export const deployment = defineResource<Plain<DeploymentArgs>>({
  token: "aws:apigateway/deployment:Deployment",
  inputs: {
    description: {},
    restApi: { required: true, replaces: true },
    triggers: { replaces: true },
  },
  outputs: ["createdDate"],

  async create({ restApi: restApiId, description }, aws) {
    const live = await (await aws.apiGateway()).createDeployment({ restApiId: restApiId as string, description });
    return { id: live.id as string, outputs: { createdDate: live.createdDate?.toISOString() } };
  },

  async read(id, aws, { restApi: restApiId }) {
    const live = await (await aws.apiGateway()).getDeployment({ restApiId: restApiId as string, deploymentId: id });
    return { inputs: { description: live.description }, outputs: { createdDate: live.createdDate?.toISOString() } };
  },

  async update(id, { restApi: restApiId, description = "" }, aws) {
    const patchOperations = [{ op: "replace" as const, path: "/description", value: description }];
    const gateway = await aws.apiGateway();
    await gateway.updateDeployment({ restApiId: restApiId as string, deploymentId: id, patchOperations });
    return {};
  },

  async delete(id, aws, { restApi: restApiId }) {
    await (await aws.apiGateway()).deleteDeployment({ restApiId: restApiId as string, deploymentId: id });
  },
});

type Stage = Plain<StageArgs>;

export const stage = defineResource<Stage>({
  token: "aws:apigateway/stage:Stage",
  inputs: {
    accessLogSettings: { ignored: "The emulator writes no access logs." },
    deployment: { required: true },
    description: {},
    restApi: { required: true, replaces: true },
    stageName: { required: true, replaces: true },
    tags: {},
    variables: {},
    xrayTracingEnabled: {},
  },
  outputs: ["arn", "executionArn", "invokeUrl"],
  identity: ["restApi", "stageName"],

  async create(inputs, aws) {
    const { restApi: restApiId, stageName } = inputs;
    await (await aws.apiGateway()).createStage({
      restApiId: restApiId as string,
      stageName,
      deploymentId: inputs.deployment as string,
      description: inputs.description,
      variables: inputs.variables as Record<string, string>,
      tracingEnabled: inputs.xrayTracingEnabled,
      tags: inputs.tags as Tags,
    });
    const { region, accountId, endpoint } = aws;
    return {
      id: `ags-${restApiId}-${stageName}`,
      outputs: {
        arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
        executionArn: `arn:aws:execute-api:${region}:${accountId}:${restApiId}/${stageName}`,
        // By path: names below localhost are not known to every resolver.
        invokeUrl: `${endpoint}/restapis/${restApiId}/${stageName}/_user_request_`,
      },
    };
  },

  async read(_id, aws, { restApi, stageName }) {
    const gateway = await aws.apiGateway();
    const live = await gateway.getStage({ restApiId: restApi as string, stageName: stageName as string });
    return {
      inputs: {
        deployment: live.deploymentId as string,
        tags: live.tags,
        variables: live.variables,
        xrayTracingEnabled: live.tracingEnabled,
      },
      outputs: {},
    };
  },

  async update(_id, inputs, aws, { state, changed }) {
    const values = {
      ...(changed("deployment") && { "/deploymentId": inputs.deployment as string }),
      ...(changed("description") && { "/description": inputs.description ?? "" }),
      ...(changed("xrayTracingEnabled") && { "/tracingEnabled": String(inputs.xrayTracingEnabled ?? false) }),
    };
    const old = (state.variables ?? {}) as Record<string, string>;
    const variables = (inputs.variables ?? {}) as Record<string, string>;
    const gone = Object.keys(old).filter((name) => variables[name] === undefined);
    const patchOperations = [
      ...Object.entries(values).map(([path, value]) => ({ op: "replace" as const, path, value })),
      ...Object.entries(variables).map(([name, value]) => ({
        op: "replace" as const,
        path: `/variables/${name}`,
        value,
      })),
      ...gone.map((name) => ({ op: "remove" as const, path: `/variables/${name}` })),
    ];
    const gateway = await aws.apiGateway();
    await gateway.updateStage({ restApiId: inputs.restApi as string, stageName: inputs.stageName, patchOperations });
    return {};
  },

  async delete(_id, aws, { restApi, stageName }) {
    await (await aws.apiGateway()).deleteStage({ restApiId: restApi as string, stageName });
  },
});

type MethodSettings = Plain<MethodSettingsArgs>;

/** The settings' paths in the patches of UpdateStage. Source: its API reference. */
const SETTING_PATHS = {
  dataTraceEnabled: "logging/dataTrace",
  loggingLevel: "logging/loglevel",
  metricsEnabled: "metrics/enabled",
  throttlingBurstLimit: "throttling/burstLimit",
  throttlingRateLimit: "throttling/rateLimit",
} as const;

export const methodSettings = defineResource<MethodSettings>({
  token: "aws:apigateway/methodSettings:MethodSettings",
  inputs: {
    methodPath: { required: true, replaces: true },
    restApi: { required: true, replaces: true },
    settings: { required: true },
    stageName: { required: true, replaces: true },
  },
  outputs: [],
  identity: ["methodPath", "restApi", "stageName"],

  async create(inputs, aws) {
    await putSettings(inputs, aws);
    return { id: `${inputs.restApi}-${inputs.stageName}-${inputs.methodPath}`, outputs: {} };
  },

  async read(_id, aws, { methodPath, restApi, stageName, settings }) {
    const gateway = await aws.apiGateway();
    const live = await gateway.getStage({ restApiId: restApi as string, stageName: stageName as string });
    const found = live.methodSettings?.[methodPath as string];
    if (!found) return undefined;
    const known = Object.keys(settings ?? {}).map((name) => [name, found[name as keyof typeof SETTING_PATHS]]);
    return { inputs: { settings: Object.fromEntries(known) }, outputs: {} };
  },

  async update(_id, inputs, aws) {
    await putSettings(inputs, aws);
    return {};
  },

  async delete(_id, aws, { methodPath, restApi, stageName }) {
    const patchOperations = [{ op: "remove" as const, path: `/${methodPath}` }];
    await (await aws.apiGateway()).updateStage({ restApiId: restApi as string, stageName, patchOperations });
  },
});

async function putSettings({ methodPath, restApi, settings, stageName }: MethodSettings, aws: Aws): Promise<void> {
  const patchOperations = Object.entries(settings).map(([name, value]) => {
    const path = SETTING_PATHS[name as keyof typeof SETTING_PATHS];
    if (!path)
      throw new Error(`the local target knows no setting "${name}": it has ${Object.keys(SETTING_PATHS).join(", ")}.`);
    return { op: "replace" as const, path: `/${methodPath}/${path}`, value: String(value) };
  });
  await (await aws.apiGateway()).updateStage({ restApiId: restApi as string, stageName, patchOperations });
}

export const apiKey = defineResource<Plain<ApiKeyArgs>>({
  token: "aws:apigateway/apiKey:ApiKey",
  inputs: {
    description: {},
    enabled: { default: true },
    name: { autoName: { maxLength: 1_024 } },
    tags: {},
    value: { replaces: true },
  },
  outputs: ["arn"],
  secrets: ["value"],

  async create({ name, description, enabled = true, value, tags }, aws) {
    const gateway = await aws.apiGateway();
    const live = await gateway.createApiKey({ name, description, enabled, value, tags: tags as Tags });
    return {
      id: live.id as string,
      outputs: { arn: `arn:aws:apigateway:${aws.region}::/apikeys/${live.id}`, value: live.value },
    };
  },

  async read(id, aws) {
    const live = await (await aws.apiGateway()).getApiKey({ apiKey: id, includeValue: true });
    return {
      inputs: { description: live.description, enabled: live.enabled, name: live.name, tags: live.tags },
      outputs: { value: live.value },
    };
  },

  async update(id, { name = "", description = "", enabled = true }, aws) {
    const patchOperations = Object.entries({ name, description, enabled: String(enabled) }).map(([field, value]) => ({
      op: "replace" as const,
      path: `/${field}`,
      value,
    }));
    await (await aws.apiGateway()).updateApiKey({ apiKey: id, patchOperations });
    return {};
  },

  async delete(id, aws) {
    await (await aws.apiGateway()).deleteApiKey({ apiKey: id });
  },
});

export const usagePlan = defineResource<Plain<UsagePlanArgs>>({
  token: "aws:apigateway/usagePlan:UsagePlan",
  inputs: {
    apiStages: { replaces: true },
    description: {},
    name: { autoName: { maxLength: 1_024 } },
    quotaSettings: {},
    tags: {},
    throttleSettings: {},
  },
  outputs: ["arn"],

  async create({ name, description, apiStages = [], quotaSettings: quota, throttleSettings: throttle, tags }, aws) {
    const live = await (await aws.apiGateway()).createUsagePlan({
      name,
      description,
      apiStages: apiStages.map(({ apiId, stage: stageName }) => ({ apiId, stage: stageName })),
      ...(quota && { quota: { limit: quota.limit, period: quota.period as "MONTH" } }),
      ...(throttle && { throttle: { rateLimit: throttle.rateLimit, burstLimit: throttle.burstLimit } }),
      tags: tags as Tags,
    });
    return { id: live.id as string, outputs: { arn: `arn:aws:apigateway:${aws.region}::/usageplans/${live.id}` } };
  },

  async read(id, aws) {
    const live = await (await aws.apiGateway()).getUsagePlan({ usagePlanId: id });
    return {
      inputs: {
        description: live.description,
        name: live.name,
        tags: live.tags,
        throttleSettings: live.throttle && {
          rateLimit: live.throttle.rateLimit as number,
          burstLimit: live.throttle.burstLimit as number,
        },
      },
      outputs: {},
    };
  },

  async update(id, { name = "", description = "", quotaSettings: quota, throttleSettings: throttle }, aws, { state }) {
    const replace = (path: string, value: unknown) => ({ op: "replace" as const, path, value: String(value) });
    const patchOperations = [
      replace("/name", name),
      replace("/description", description),
      ...(throttle
        ? [replace("/throttle/rateLimit", throttle.rateLimit), replace("/throttle/burstLimit", throttle.burstLimit)]
        : []),
      ...(quota ? [replace("/quota/limit", quota.limit), replace("/quota/period", quota.period)] : []),
      ...(state.throttleSettings && !throttle ? [{ op: "remove" as const, path: "/throttle" }] : []),
      ...(state.quotaSettings && !quota ? [{ op: "remove" as const, path: "/quota" }] : []),
    ];
    await (await aws.apiGateway()).updateUsagePlan({ usagePlanId: id, patchOperations });
    return {};
  },

  async delete(id, aws) {
    await (await aws.apiGateway()).deleteUsagePlan({ usagePlanId: id });
  },
});

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
