import type { APIGateway } from "@aws-sdk/client-api-gateway";
import type { RestApiArgs } from "@pulumi/aws/apigateway/index.js";
import { type ApiMethod, type ApiParts, readApiBody } from "../api-body.ts";
import { defineResource, type Plain } from "../resource-type.ts";
import type { Tags } from "../tags.ts";

export const restApi = defineResource<Plain<RestApiArgs>>({
  token: "aws:apigateway/restApi:RestApi",
  inputs: {
    body: { required: true, json: true },
    description: {},
    endpointConfiguration: { ignored: "The emulator has one endpoint." },
    name: { autoName: { maxLength: 1_024 } },
    tags: {},
  },
  outputs: ["arn", "createdDate", "executionArn", "rootResourceId"],

  async create({ name, description, body, tags }, aws) {
    const parts = readApiBody(body as string);
    const gateway = await aws.apiGateway();
    const api = await gateway.createRestApi({
      name,
      description,
      apiKeySource: parts.apiKeySource,
      tags: tags as Tags,
    });
    const id = api.id as string;
    await build(gateway, id, api.rootResourceId as string, parts);
    return {
      id,
      outputs: {
        arn: `arn:aws:apigateway:${aws.region}::/restapis/${id}`,
        createdDate: api.createdDate?.toISOString(),
        executionArn: `arn:aws:execute-api:${aws.region}:${aws.accountId}:${id}`,
        rootResourceId: api.rootResourceId,
      },
    };
  },

  // The body can't be read back: the emulator keeps what was made of it.
  async read(id, aws, { executionArn }) {
    const live = await (await aws.apiGateway()).getRestApi({ restApiId: id });
    return {
      inputs: { description: live.description, name: live.name, tags: live.tags },
      outputs: { executionArn, rootResourceId: live.rootResourceId },
    };
  },

  async update(id, { name, description, body }, aws, { state, changed }) {
    const gateway = await aws.apiGateway();
    if (changed("name", "description")) {
      const patchOperations = Object.entries({ name, description }).map(([field, value]) => ({
        op: "replace" as const,
        path: `/${field}`,
        value: value ?? "",
      }));
      await gateway.updateRestApi({ restApiId: id, patchOperations });
    }
    if (changed("body")) {
      const parts = readApiBody(body as string);
      await clear(gateway, id, state.rootResourceId as string);
      await build(gateway, id, state.rootResourceId as string, parts);
    }
    return {};
  },

  async delete(id, aws) {
    await (await aws.apiGateway()).deleteRestApi({ restApiId: id });
  },
});

/** Makes what the body says: what others refer to first, then path by path. */
async function build(gateway: APIGateway, restApiId: string, root: string, parts: ApiParts): Promise<void> {
  const validatorIds = new Map<string, string>();
  await Promise.all([
    ...parts.models.map(({ name, schema }) =>
      gateway.createModel({ restApiId, name, contentType: "application/json", schema }),
    ),
    ...parts.validators.map(async (validator) => {
      const { id = "" } = await gateway.createRequestValidator({ restApiId, ...validator });
      validatorIds.set(validator.name, id);
    }),
    ...parts.gatewayResponses.map((response) => gateway.putGatewayResponse({ restApiId, ...response } as never)),
  ]);
  const resourceIds = await createPaths(gateway, restApiId, root, parts.methods);
  await Promise.all(
    parts.methods.map((method) =>
      createMethod(gateway, { restApiId, resourceId: resourceIds.get(method.path) as string }, method, validatorIds),
    ),
  );
}

/** Makes the tree of path segments, parents first. @returns The id of each path's resource. */
async function createPaths(gateway: APIGateway, restApiId: string, root: string, methods: ApiMethod[]) {
  const ids = new Map([["", Promise.resolve(root)]]);
  const resourceOf = (path: string): Promise<string> => {
    const existing = ids.get(path);
    if (existing) return existing;
    const [parent, pathPart] = [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
    const made = resourceOf(parent).then(async (parentId) => {
      const { id = "" } = await gateway.createResource({ restApiId, parentId, pathPart });
      return id;
    });
    ids.set(path, made);
    return made;
  };
  const paths = [...new Set(methods.map(({ path }) => path))];
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await resourceOf(path.replace(/\/$/, ""))] as const)),
  );
}

async function createMethod(
  gateway: APIGateway,
  resource: { restApiId: string; resourceId: string },
  method: ApiMethod,
  validatorIds: Map<string, string>,
): Promise<void> {
  const place = { ...resource, httpMethod: method.httpMethod };
  const { responses: integrationResponses, httpMethod, ...integration } = method.integration;
  await gateway.putMethod({
    ...place,
    authorizationType: "NONE",
    apiKeyRequired: method.apiKeyRequired,
    operationName: method.operationName,
    requestParameters: method.requestParameters,
    requestModels: method.requestModels,
    ...(method.validator && { requestValidatorId: validatorIds.get(method.validator) }),
  });
  await gateway.putIntegration({ ...place, ...integration, ...(httpMethod && { integrationHttpMethod: httpMethod }) });
  for (const [statusCode, headers] of Object.entries(method.responses)) {
    const responseParameters = Object.fromEntries(headers.map((header) => [`method.response.header.${header}`, false]));
    await gateway.putMethodResponse({ ...place, statusCode, responseParameters });
  }
  for (const response of integrationResponses) await gateway.putIntegrationResponse({ ...place, ...response });
}

/** Takes away all that `build` makes. */
async function clear(gateway: APIGateway, restApiId: string, root: string): Promise<void> {
  const [resources, validators, models, responses] = await Promise.all([
    gateway.getResources({ restApiId, limit: 500 }),
    gateway.getRequestValidators({ restApiId, limit: 500 }),
    gateway.getModels({ restApiId, limit: 500 }),
    gateway.getGatewayResponses({ restApiId, limit: 500 }),
  ]);
  const tops = resources.items?.filter(({ parentId }) => parentId === root) ?? [];
  await Promise.all(tops.map(({ id: resourceId }) => gateway.deleteResource({ restApiId, resourceId })));
  const custom = responses.items?.filter(({ defaultResponse }) => !defaultResponse) ?? [];
  await Promise.all([
    ...(validators.items ?? []).map(({ id }) => gateway.deleteRequestValidator({ restApiId, requestValidatorId: id })),
    ...(models.items ?? []).map(({ name }) => gateway.deleteModel({ restApiId, modelName: name })),
    ...custom.map(({ responseType }) => gateway.deleteGatewayResponse({ restApiId, responseType })),
  ]);
}
