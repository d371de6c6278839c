import type { APIGateway, PutGatewayResponseCommandInput } from "@aws-sdk/client-api-gateway";
import type { ApiMethod, ApiParts } from "./api-body.ts";

/** Creates the parts of an empty REST API: first validators, models and resources, then the methods that use them. */
export async function buildApi(gateway: APIGateway, restApiId: string, root: string, parts: ApiParts): Promise<void> {
  const [validatorIds, resourceIds] = await Promise.all([
    createValidators(gateway, restApiId, parts),
    createPaths(gateway, restApiId, root, parts.methods),
    ...parts.models.map(({ name, schema }) =>
      gateway.createModel({ restApiId, name, contentType: "application/json", schema: schema(restApiId) }),
    ),
    ...parts.gatewayResponses.map((response) =>
      gateway.putGatewayResponse({ restApiId, ...response } as PutGatewayResponseCommandInput),
    ),
  ]);
  await Promise.all(
    parts.methods.map((method) =>
      createMethod(gateway, { restApiId, resourceId: resourceIds.get(method.path) }, method, validatorIds),
    ),
  );
}

/** Deletes everything that {@link buildApi} creates. */
export async function clearApi(gateway: APIGateway, restApiId: string, root: string): Promise<void> {
  const [resources, validators, models, responses] = await Promise.all([
    gateway.getResources({ restApiId, limit: 500 }),
    gateway.getRequestValidators({ restApiId, limit: 500 }),
    gateway.getModels({ restApiId, limit: 500 }),
    gateway.getGatewayResponses({ restApiId, limit: 500 }),
  ]);
  const rootMethods = Object.keys(resources.items?.find(({ id }) => id === root)?.resourceMethods ?? {});
  const others = resources.items?.filter(({ id }) => id !== root) ?? [];
  const custom = responses.items?.filter(({ defaultResponse }) => !defaultResponse) ?? [];
  await Promise.all([
    ...rootMethods.map((httpMethod) => gateway.deleteMethod({ restApiId, resourceId: root, httpMethod })),
    ...others.map(({ id: resourceId }) => gateway.deleteResource({ restApiId, resourceId })),
    ...(validators.items ?? []).map(({ id }) => gateway.deleteRequestValidator({ restApiId, requestValidatorId: id })),
    ...(models.items ?? []).map(({ name }) => gateway.deleteModel({ restApiId, modelName: name })),
    ...custom.map(({ responseType }) => gateway.deleteGatewayResponse({ restApiId, responseType })),
  ]);
}

/** @returns The validators' ids by name. */
async function createValidators(gateway: APIGateway, restApiId: string, { validators }: ApiParts) {
  const ids = validators.map(async (validator): Promise<[string, string | undefined]> => {
    const { id } = await gateway.createRequestValidator({ restApiId, ...validator });
    return [validator.name, id];
  });
  return new Map(await Promise.all(ids));
}

/** Creates the tree of path segments, parents first. @returns The id of each path's resource. */
async function createPaths(gateway: APIGateway, restApiId: string, root: string, methods: ApiMethod[]) {
  const resources = new Map([["", Promise.resolve(root)]]);
  const getOrCreate = (path: string): Promise<string> => {
    const existing = resources.get(path);
    if (existing) return existing;
    const end = path.lastIndexOf("/");
    const created = getOrCreate(path.slice(0, end)).then(async (parentId) => {
      const { id = "" } = await gateway.createResource({ restApiId, parentId, pathPart: path.slice(end + 1) });
      return id;
    });
    resources.set(path, created);
    return created;
  };
  const paths = [...new Set(methods.map(({ path }) => path))];
  const ids = paths.map(async (path): Promise<[string, string]> => [path, await getOrCreate(path.replace(/\/$/, ""))]);
  return new Map(await Promise.all(ids));
}

async function createMethod(
  gateway: APIGateway,
  resource: { restApiId: string; resourceId: string | undefined },
  method: ApiMethod,
  validatorIds: Map<string, string | undefined>,
): Promise<void> {
  const target = { ...resource, httpMethod: method.httpMethod };
  const { responses: integrationResponses, httpMethod: integrationHttpMethod, ...integration } = method.integration;
  await gateway.putMethod({
    ...target,
    authorizationType: "NONE",
    apiKeyRequired: method.apiKeyRequired,
    operationName: method.operationName,
    requestParameters: method.requestParameters,
    requestModels: method.requestModels,
    ...(method.validator && { requestValidatorId: validatorIds.get(method.validator) }),
  });
  await gateway.putIntegration({ ...target, ...integration, integrationHttpMethod });
  await Promise.all([
    ...Object.entries(method.responses).map(([statusCode, headers]) => {
      const responseParameters = headers.map((header) => [`method.response.header.${header}`, false]);
      return gateway.putMethodResponse({
        ...target,
        statusCode,
        responseParameters: Object.fromEntries(responseParameters),
      });
    }),
    ...integrationResponses.map((response) => gateway.putIntegrationResponse({ ...target, ...response })),
  ]);
}
