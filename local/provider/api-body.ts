/** The parts of a REST API that an OpenAPI body describes, in the terms of API Gateway's own API. */
export interface ApiParts {
  apiKeySource: "HEADER" | "AUTHORIZER";
  /** References between models contain the API's id. */
  models: { name: string; schema(restApiId: string): string }[];
  validators: { name: string; validateRequestBody: boolean; validateRequestParameters: boolean }[];
  gatewayResponses: ({ responseType: string; statusCode?: string } & Mapping)[];
  methods: ApiMethod[];
}

/** One method of one path. */
export interface ApiMethod {
  path: string;
  /** Uppercase; `ANY` for all methods that the path doesn't define. */
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

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, whose parts are validated one by one.
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
 * Parses the OpenAPI 3.0 document of a REST API.
 *
 * @throws Error for invalid JSON, and for a part or an extension that the local target doesn't support.
 */
export function parseApiBody(body: string): ApiParts {
  const document: Json = JSON.parse(body);
  const extensions = ["api-key-source", "gateway-responses", "request-validators"].map(extension);
  rejectUnknown("the document", document, [...DOCUMENT, ...extensions]);
  const keyScheme = apiKeyScheme(document);

  return {
    apiKeySource: document[extension("api-key-source")] ?? "HEADER",
    models: entries(document.components?.schemas).map(([name, schema]) => ({ name, schema: modelSchema(schema) })),
    validators: entries(document[extension("request-validators")]).map(([name, rules]) => {
      rejectUnknown(`the request validator ${name}`, rules, VALIDATOR);
      return { name, ...rules };
    }),
    gatewayResponses: entries(document[extension("gateway-responses")]).map(([responseType, response]) => {
      rejectUnknown(`the gateway response ${responseType}`, response, MAPPING);
      return { responseType, ...response };
    }),
    methods: entries(document.paths).flatMap(([path, operations]) => {
      rejectUnknown(`the path ${path}`, operations, [...METHODS, extension("any-method")]);
      return entries(operations).map(([method, operation]) =>
        parseMethod(path, method, operation, document.security, keyScheme),
      );
    }),
  };
}

function parseMethod(
  path: string,
  method: string,
  operation: Json,
  defaultSecurity: Json,
  keyScheme: string,
): ApiMethod {
  const httpMethod = method === extension("any-method") ? "ANY" : method.toUpperCase();
  const where = `${httpMethod} ${path}`;
  rejectUnknown(where, operation, [...OPERATION, extension("integration"), extension("request-validator")]);
  const integration = operation[extension("integration")];
  if (!integration)
    throw new Error(`${where} has no ${extension("integration")}: API Gateway needs one for every operation.`);
  rejectUnknown(`the integration of ${where}`, integration, INTEGRATION);
  const type = String(integration.type).toUpperCase();
  if (type !== "AWS_PROXY" && type !== "MOCK") {
    throw new Error(
      `The integration of ${where} has the type ${integration.type}: the local target supports aws_proxy and mock.`,
    );
  }
  const security: Json[] = operation.security ?? defaultSecurity ?? [];
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
        rejectUnknown(`the integration response ${pattern} of ${where}`, response, MAPPING);
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
        throw new Error("On the local target, the schema of a request body must be a $ref to #/components/schemas.");
      return [contentType, model];
    }),
  );
}

/**
 * API Gateway's models are JSON Schema draft 4, with which the program's OpenAPI schemas are compatible. They reference
 * each other by URL. Source: "Data models for REST APIs" in API Gateway's guide.
 */
function modelSchema(schema: Json): (restApiId: string) => string {
  const text = JSON.stringify({ $schema: "http://json-schema.org/draft-04/schema#", ...schema });
  return (restApiId) =>
    text.replaceAll(
      '"$ref":"#/components/schemas/',
      `"$ref":"https://apigateway.amazonaws.com/restapis/${restApiId}/models/`,
    );
}

/** The document's name for the security scheme "API key in the header x-api-key". */
function apiKeyScheme(document: Json): string {
  const schemes = entries(document.components?.securitySchemes);
  for (const [name, { type, in: place, name: header }] of schemes) {
    if (type === "apiKey" && place === "header" && header.toLowerCase() === "x-api-key") continue;
    throw new Error(
      `The local target doesn't support the security scheme ${name}, only an API key in the header x-api-key.`,
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

function rejectUnknown(where: string, object: Json, known: string[]): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new Error(
    `The local target doesn't support "${unknown}" in ${where} of an API's body. It supports ${known.join(", ")}.`,
  );
}
