import type { APIGateway } from "@aws-sdk/client-api-gateway";
import type { RestApiArgs } from "@pulumi/aws/apigateway/index.js";
import { type ApiParts, parseApiBody } from "../api-body.ts";
import { buildApi, clearApi } from "../api-builder.ts";
import type { Aws } from "../aws.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import { removedKeys, type Tags } from "../tags.ts";

/** The emulator can't import OpenAPI documents: the provider creates the API part by part. */
export const restApi = defineResource<Plain<RestApiArgs>>({
  token: "aws:apigateway/restApi:RestApi",
  inputs: {
    body: { required: true, json: true },
    description: {},
    disableExecuteApiEndpoint: { ignored: "The emulator's URL is the only one." },
    endpointConfiguration: { ignored: "The emulator has one endpoint." },
    name: { autoName: { maxLength: 1_024 } },
    tags: {},
  },
  outputs: ["arn", "createdDate", "executionArn", "rootResourceId"],

  async create({ name, description, body, tags }, aws) {
    const parts = parseApiBody(body ?? "");
    const gateway = await aws.apiGateway();
    const live = await gateway.createRestApi({ name, description, apiKeySource: parts.apiKeySource, tags });
    const [id = "", rootResourceId = ""] = [live.id, live.rootResourceId];
    await deleteOnError(gateway, id, buildApi(gateway, id, rootResourceId, parts));
    return { id, outputs: { ...arns(id, aws), createdDate: live.createdDate?.toISOString(), rootResourceId } };
  },

  // The body can't be read back: API Gateway keeps only what it created from it.
  async read(id, aws) {
    const { createdDate, description, name, rootResourceId } = await (await aws.apiGateway()).getRestApi({
      restApiId: id,
    });
    const outputs = { ...arns(id, aws), createdDate: createdDate?.toISOString(), rootResourceId };
    return { inputs: { description, name }, outputs };
  },

  async update(id, { name, description, body, tags }, aws, { state, changed }) {
    const parts: ApiParts = parseApiBody(body ?? "");
    const gateway = await aws.apiGateway();
    if (changed("tags")) await updateTags(gateway, String(state.arn), state.tags, tags);
    const patchOperations = replaceOperations({ name, description, apiKeySource: parts.apiKeySource });
    await gateway.updateRestApi({ restApiId: id, patchOperations });
    if (changed("body")) {
      const rootResourceId = String(state.rootResourceId);
      await clearApi(gateway, id, rootResourceId);
      await buildApi(gateway, id, rootResourceId, parts);
    }
  },

  async delete(id, aws) {
    await (await aws.apiGateway()).deleteRestApi({ restApiId: id });
  },
});

/** Deletes an API whose creation fails halfway, since the engine records only complete ones. */
async function deleteOnError(gateway: APIGateway, restApiId: string, creation: Promise<void>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    await gateway.deleteRestApi({ restApiId });
    throw error;
  }
}

function arns(id: string, { accountId, region }: Aws) {
  return {
    arn: `arn:aws:apigateway:${region}::/restapis/${id}`,
    executionArn: `arn:aws:execute-api:${region}:${accountId}:${id}`,
  };
}

/** API Gateway's patch operations that set each field. A field without a value becomes empty. */
export function replaceOperations(fields: Record<string, string | number | boolean | undefined>) {
  return Object.entries(fields).map(([name, value]) => ({
    op: "replace" as const,
    path: `/${name}`,
    value: String(value ?? ""),
  }));
}

/** Replaces the tags of any API Gateway resource. */
export async function updateTags(gateway: APIGateway, resourceArn: string, olds?: Tags, news?: Tags): Promise<void> {
  const tagKeys = removedKeys(olds, news);
  if (tagKeys.length > 0) await gateway.untagResource({ resourceArn, tagKeys });
  await gateway.tagResource({ resourceArn, tags: news ?? {} });
}
