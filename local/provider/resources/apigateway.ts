import type { DeploymentArgs, MethodSettingsArgs, StageArgs } from "@pulumi/aws/apigateway/index.js";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys } from "../tags.ts";
import { replaceOperations, updateTags } from "./rest-api.ts";

export const deployment = defineResource<Plain<DeploymentArgs>>({
  token: "aws:apigateway/deployment:Deployment",
  inputs: {
    description: {},
    restApi: { required: true, replaces: true },
    triggers: { replaces: true },
  },
  outputs: ["createdDate"],

  async create({ restApi: restApiId, description }, aws) {
    const live = await (await aws.apiGateway()).createDeployment({ restApiId, description });
    return { id: live.id ?? "", outputs: { createdDate: live.createdDate?.toISOString() } };
  },

  async read(id, aws, { restApi: restApiId }) {
    const live = await (await aws.apiGateway()).getDeployment({ restApiId, deploymentId: id });
    return { inputs: { description: live.description }, outputs: { createdDate: live.createdDate?.toISOString() } };
  },

  async update(id, { restApi: restApiId, description }, aws) {
    const gateway = await aws.apiGateway();
    await gateway.updateDeployment({
      restApiId,
      deploymentId: id,
      patchOperations: replaceOperations({ description }),
    });
  },

  async delete(id, aws, { restApi: restApiId }) {
    await (await aws.apiGateway()).deleteDeployment({ restApiId, deploymentId: id });
  },
});

export const stage = defineResource<Plain<StageArgs>>({
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
      restApiId,
      stageName,
      deploymentId: inputs.deployment,
      description: inputs.description,
      variables: inputs.variables,
      tracingEnabled: inputs.xrayTracingEnabled,
      tags: inputs.tags,
    });
    const { region, accountId, endpoint } = aws;
    return {
      id: `ags-${restApiId}-${stageName}`,
      outputs: {
        arn: `arn:aws:apigateway:${region}::/restapis/${restApiId}/stages/${stageName}`,
        executionArn: `arn:aws:execute-api:${region}:${accountId}:${restApiId}/${stageName}`,
        // The emulator also has a hostname per API, below localhost, but not every resolver knows those.
        invokeUrl: `${endpoint}/_aws/execute-api/${restApiId}/${stageName}`,
      },
    };
  },

  async read(_id, aws, { restApi: restApiId, stageName }) {
    const live = await (await aws.apiGateway()).getStage({ restApiId, stageName });
    return {
      inputs: {
        deployment: live.deploymentId ?? "",
        description: live.description,
        variables: live.variables,
        xrayTracingEnabled: live.tracingEnabled,
      },
      outputs: {},
    };
  },

  async update(_id, inputs, aws, { state, changed }) {
    const {
      deployment: deploymentId,
      description,
      xrayTracingEnabled: tracingEnabled = false,
      variables = {},
    } = inputs;
    const gateway = await aws.apiGateway();
    if (changed("tags")) await updateTags(gateway, String(state.arn), state.tags, inputs.tags);
    await gateway.updateStage({
      restApiId: inputs.restApi,
      stageName: inputs.stageName,
      patchOperations: [
        ...replaceOperations({ deploymentId, description, tracingEnabled }),
        ...replaceOperations(
          Object.fromEntries(Object.entries(variables).map(([name, value]) => [`variables/${name}`, value])),
        ),
        ...removedKeys(state.variables, variables).map((name) => ({
          op: "remove" as const,
          path: `/variables/${name}`,
        })),
      ],
    });
  },

  async delete(_id, aws, { restApi: restApiId, stageName }) {
    await (await aws.apiGateway()).deleteStage({ restApiId, stageName });
  },
});

type MethodSettings = Plain<MethodSettingsArgs>;

/** The settings' patch paths for UpdateStage. Source: its API reference. */
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

  async read(_id, aws, { methodPath = "", restApi: restApiId, stageName, settings = {} }) {
    const { methodSettings: all } = await (await aws.apiGateway()).getStage({ restApiId, stageName });
    const live = all?.[methodPath];
    if (!live) return undefined;
    const declared = Object.keys(settings).map((name) => [name, live[name as keyof typeof SETTING_PATHS]]);
    return { inputs: { settings: Object.fromEntries(declared) }, outputs: {} };
  },

  async update(_id, inputs, aws) {
    await putSettings(inputs, aws);
  },

  async delete(_id, aws, { methodPath, restApi: restApiId, stageName }) {
    const patchOperations = [{ op: "remove" as const, path: `/${methodPath}` }];
    await (await aws.apiGateway()).updateStage({ restApiId, stageName, patchOperations });
  },
});

async function putSettings({ methodPath, restApi, settings, stageName }: MethodSettings, aws: Aws): Promise<void> {
  const patches = Object.entries(settings).map(([name, value]) => {
    const path = SETTING_PATHS[name as keyof typeof SETTING_PATHS];
    const supported = Object.keys(SETTING_PATHS).join(", ");
    if (!path) throw new Error(`the local target has no method setting "${name}": it has ${supported}.`);
    return [`${methodPath}/${path}`, value];
  });
  const patchOperations = replaceOperations(Object.fromEntries(patches));
  await (await aws.apiGateway()).updateStage({ restApiId: restApi, stageName, patchOperations });
}
