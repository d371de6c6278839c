import type { RegisteredResource } from "../../support/mocks.ts";
import { expects, findingUnless, isOneOf, isSet, type Rule, resource } from "./rule.ts";

const REST_API = "aws:apigateway/restApi:RestApi";
const HTTP_ROUTE = "aws:apigatewayv2/route:Route";

/** Rules on the routes of API Gateway; for a REST API, those in its OpenAPI document. */
export const API_ROUTE_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-APIG2"],
    title: "The REST API has request validation enabled",
    source: "cdk-nag, APIGWRequestValidation; here also for each route with a request body",
    appliesTo: [REST_API],
    check: (api) => {
      const { "x-amazon-apigateway-request-validators": validators = {} } = documentOf(api);
      const complete = Object.entries(validators)
        .filter(([, validator]) => validator.validateRequestBody && validator.validateRequestParameters)
        .map(([name]) => name);
      const unchecked = routesOf(api).filter(
        ({ operation }) =>
          operation.requestBody && !complete.includes(operation["x-amazon-apigateway-request-validator"] ?? ""),
      );
      return [
        ...findingUnless(complete.length > 0, "has no validator of body and parameters"),
        ...unchecked.map(({ route }) => `${route} does not validate its body`),
      ];
    },
    mutations: {
      "without a validator": { body: JSON.stringify({ paths: {} }) },
      "with a validator that a route doesn't use": {
        body: JSON.stringify({
          paths: { "/orders": { post: { requestBody: {} } } },
          "x-amazon-apigateway-request-validators": {
            all: { validateRequestBody: true, validateRequestParameters: true },
          },
        }),
      },
    },
  },
  {
    ids: ["AwsSolutions-APIG4"],
    title: "The API implements authorization",
    source: "cdk-nag, APIGWAuthorization",
    appliesTo: [REST_API],
    check: (api) => {
      const { components } = documentOf(api);
      const authorizers = Object.entries(components?.securitySchemes ?? {})
        .filter(([, scheme]) => isSet(scheme["x-amazon-apigateway-authtype"]))
        .map(([name]) => name);
      return routesOf(api)
        .filter(
          ({ operation: { security = [] } }) =>
            !security.flatMap(Object.keys).some((name) => authorizers.includes(name)),
        )
        .map(({ route }) => `${route} has no authorizer`);
    },
    mutations: {
      "with an open route": { body: JSON.stringify({ paths: { "/orders": { get: {} } } }) },
      "with a route that only needs a key": {
        body: JSON.stringify({
          paths: { "/orders": { get: { security: [{ apiKey: [] }] } } },
          components: { securitySchemes: { apiKey: { type: "apiKey", name: "x-api-key", in: "header" } } },
        }),
      },
    },
    example: [
      resource(REST_API, "api", {
        body: JSON.stringify({
          paths: { "/orders": { get: { security: [{ signature: [] }] } } },
          components: {
            securitySchemes: { signature: { type: "apiKey", "x-amazon-apigateway-authtype": "awsSigv4" } },
          },
        }),
      }),
    ],
  },
  {
    ids: ["CKV_AWS_59"],
    title: "The API gives no open access to back-end resources",
    source: "checkov, APIGatewayAuthorization",
    appliesTo: [REST_API],
    check: (api) =>
      routesOf(api)
        .filter(({ operation: { security = [] } }) => security.length === 0)
        .map(({ route }) => `${route} is open`),
    mutations: { "with an open route": { body: JSON.stringify({ paths: { "/orders": { get: {} } } }) } },
    example: [
      resource(REST_API, "api", {
        body: JSON.stringify({ paths: { "/orders": { get: { security: [{ key: [] }] } } } }),
      }),
    ],
  },
  {
    ids: ["CKV_AWS_309"],
    title: "Routes of HTTP APIs specify an authorization type",
    source: "checkov, APIGatewayV2RouteDefinesAuthorizationType",
    appliesTo: [HTTP_ROUTE],
    check: expects("authorizationType", isOneOf("AWS_IAM", "CUSTOM", "JWT")),
    mutations: {
      "without an authorization type": { authorizationType: undefined },
      "that is open": { authorizationType: "NONE" },
    },
    example: [resource(HTTP_ROUTE, "route", { authorizationType: "AWS_IAM" })],
  },
];

interface Operation {
  requestBody?: unknown;
  security?: Record<string, unknown>[];
  "x-amazon-apigateway-request-validator"?: string;
  "x-amazon-apigateway-integration"?: { type: string };
}

interface ApiDocument {
  paths?: Record<string, Record<string, Operation>>;
  components?: { securitySchemes?: Record<string, Record<string, unknown>> };
  "x-amazon-apigateway-request-validators"?: Record<string, Record<string, boolean>>;
}

function documentOf(api: RegisteredResource): ApiDocument {
  return JSON.parse((api.inputs.body as string | undefined) ?? "{}");
}

/** Preflight requests, and methods that a path doesn't have: the gateway itself responds, without a key. */
const NOT_ROUTES = ["options", "x-amazon-apigateway-any-method"];

/** The routes, without {@link NOT_ROUTES} that are mock integrations. */
function routesOf(api: RegisteredResource): { route: string; operation: Operation }[] {
  return Object.entries(documentOf(api).paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method, operation]) => !(NOT_ROUTES.includes(method) && isMock(operation)))
      .map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
  );
}

function isMock({ "x-amazon-apigateway-integration": integration }: Operation): boolean {
  return integration?.type === "mock";
}
