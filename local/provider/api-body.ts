/** What API Gateway makes of an OpenAPI body: the parts of a REST API, each as its API names it. */
export interface ApiParts {
  apiKeySource: "HEADER" | "AUTHORIZER";
  /** A schema's references are to the models of the API, whose id its text needs. */
  models: { name: string; schema(restApiId: string): string }[];
  validators: { name: string; validateRequestBody: boolean; validateRequestParameters: boolean }[];
  gatewayResponses: ({ responseType: string; statusCode?: string } & Mapping)[];
  methods: ApiMethod[];
}

/** One method of one path. */
export interface ApiMethod {
  path: string;
  /** In capitals; `ANY` for every method that the path has not otherwise. */
  httpMethod: string;
  operationName?: string;
  apiKeyRequired: boolean;
  requestParameters: Record<string, boolean>;
  /** Model names by content type. */
  requestModels: Record<string, string>;
  validator?: string;
  /** Header names by status code. */
  responses: Record<string, string[]>;
  integration: {
    type: "AWS_PROXY" | "MOCK";
    httpMethod?: string;
    uri?: string;
    passthroughBehavior?: string;
    requestTemplates?: Record<string, string>;
    timeoutInMillis?: number;
    responses: ({ statusCode: string; selectionPattern?: string } & Mapping)[];
  };
}

interface Mapping {
  responseParameters?: Record<string, string>;
  responseTemplates?: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, whose parts are checked one by one.
type Json = any;

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];
const VALIDATOR = ["validateRequestBody", "validateRequestParameters"];
const DOCUMENT = ["openapi", "info", "paths", "components", "security", "servers", "tags"];
const OPERATION = [
  "operationId",
  "summary",
  "description",
  "tags",
  "parameters",
  "requestBody",
  "responses",
  "security",
];
const INTEGRATION = [
  "httpMethod",
  "passthroughBehavior",
  "requestTemplates",
  "responses",
  "timeoutInMillis",
  "type",
  "uri",
];
const MAPPING = ["responseParameters", "responseTemplates", "statusCode"];

/**
 * Reads the OpenAPI 3.0 document of a REST API.
 *
 * @throws Error, a sentence, for JSON that is none, and for a part or an extension that the local target doesn't know.
 */
export function readApiBody(body: string): ApiParts {
  const document: Json = JSON.parse(body);
  const extensions = ["api-key-source", "gateway-responses", "request-validators"].map(extension);
  knownOnly("the document", document, [...DOCUMENT, ...extensions]);
  const keyScheme = apiKeyScheme(document);

  return {
    apiKeySource: document[extension("api-key-source")] ?? "HEADER",
    models: entries(document.components?.schemas).map(([name, schema]) => ({ name, schema: modelSchema(schema) })),
    validators: entries(document[extension("request-validators")]).map(([name, rules]) => {
      knownOnly(`the request validator ${name}`, rules, VALIDATOR);
      return { name, ...rules };
    }),
    gatewayResponses: entries(document[extension("gateway-responses")]).map(([responseType, response]) => {
      knownOnly(`the gateway response ${responseType}`, response, MAPPING);
      return { responseType, ...response };
    }),
    methods: entries(document.paths).flatMap(([path, operations]) => {
      knownOnly(`the path ${path}`, operations, [...METHODS, extension("any-method")]);
      return entries(operations).map(([method, operation]) =>
        readMethod(path, method, operation, document.security, keyScheme),
      );
    }),
  };
}

function readMethod(path: string, method: string, operation: Json, common: Json, keyScheme: string): ApiMethod {
  const httpMethod = method === extension("any-method") ? "ANY" : method.toUpperCase();
  const where = `${httpMethod} ${path}`;
  knownOnly(where, operation, [...OPERATION, extension("integration"), extension("request-validator")]);
  const integration = operation[extension("integration")];
  if (!integration)
    throw new Error(`${where} has no ${extension("integration")}: API Gateway would not know who answers.`);
  knownOnly(`the integration of ${where}`, integration, INTEGRATION);
  const type = String(integration.type).toUpperCase();
  if (type !== "AWS_PROXY" && type !== "MOCK") {
    throw new Error(
      `The integration of ${where} has the type ${integration.type}: the local target has aws_proxy and mock.`,
    );
  }
  const security: Json[] = operation.security ?? common ?? [];
  return {
    path,
    httpMethod,
    operationName: operation.operationId,
    apiKeyRequired: security.some((requirement) => keyScheme in requirement),
    requestParameters: requestParameters(operation.parameters),
    requestModels: requestModels(operation.requestBody),
    validator: operation[extension("request-validator")],
    responses: Object.fromEntries(
      entries(operation.responses).map(([status, response]) => [status, Object.keys(response.headers ?? {})]),
    ),
    integration: {
      ...integration,
      type,
      responses: entries(integration.responses).map(([pattern, response]) => {
        knownOnly(`the integration response ${pattern} of ${where}`, response, MAPPING);
        return { ...response, ...(pattern !== "default" && { selectionPattern: pattern }) };
      }),
    },
  };
}

function requestParameters(parameters: Json[] = []): Record<string, boolean> {
  const places: Record<string, string> = { path: "path", query: "querystring", header: "header" };
  return Object.fromEntries(
    parameters.map(({ name, in: place, required = false }) => [`method.request.${places[place]}.${name}`, required]),
  );
}

function requestModels(requestBody: Json): Record<string, string> {
  return Object.fromEntries(
    entries(requestBody?.content).map(([contentType, { schema }]) => {
      const model = /^#\/components\/schemas\/(\w+)$/.exec(schema?.$ref)?.[1];
      if (!model)
        throw new Error(`The schema of a request body must be a $ref to #/components/schemas on the local target.`);
      return [contentType, model];
    }),
  );
}

/**
 * A model of API Gateway is JSON Schema, draft 4, which OpenAPI's own schemas are as far as the program goes. It refers to
 * other models by their URL. Source: "Data models for REST APIs" in API Gateway's guide.
 */
function modelSchema(schema: Json): (restApiId: string) => string {
  const text = JSON.stringify({ $schema: "http://json-schema.org/draft-04/schema#", ...schema });
  return (restApiId) =>
    text.replaceAll(
      '"$ref":"#/components/schemas/',
      `"$ref":"https://apigateway.amazonaws.com/restapis/${restApiId}/models/`,
    );
}

/** The name that the document gives to "the key in the header x-api-key". */
function apiKeyScheme(document: Json): string {
  const schemes = entries(document.components?.securitySchemes);
  for (const [name, { type, in: place, name: header }] of schemes) {
    if (type === "apiKey" && place === "header" && header.toLowerCase() === "x-api-key") continue;
    throw new Error(
      `The local target knows no security scheme like ${name}: only the API key in the header x-api-key.`,
    );
  }
  return schemes[0]?.[0] ?? "";
}

function extension(name: string): string {
  return `x-amazon-apigateway-${name}`;
}

function entries(object: Json): [string, Json][] {
  return Object.entries(object ?? {});
}

function knownOnly(where: string, object: Json, known: string[]): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new Error(`The local target knows no "${unknown}" in ${where} of an API's body; it knows ${known.join(", ")}.`);
}
