import { mapValues, omit } from "es-toolkit";
import { ALLOWED_HEADERS, CORS_HEADERS } from "../../domain/contract/cors.ts";
import type { OpenApiDocument } from "../../domain/contract/openapi.ts";
import type { OpenApiOperation } from "../../domain/contract/openapi-operations.ts";
import { PROBLEMS, type ProblemKind, type ProblemType } from "../../domain/problem.ts";

/** The problem that an error of the gateway itself is reported as. */
interface GatewayProblem {
  problem: ProblemType;
  /** Default: the gateway's message. */
  detail?: string;
  /** Seconds, for the header Retry-After. Default: no header. */
  retryAfter?: number;
}

/** By API Gateway's response type. Types that are not listed are of authorizers, which the APIs don't have. */
const GATEWAY_PROBLEMS: Record<string, GatewayProblem> = {
  ACCESS_DENIED: { problem: "forbidden" },
  API_CONFIGURATION_ERROR: { problem: "internal-error" },
  BAD_REQUEST_BODY: { problem: "bad-request" },
  BAD_REQUEST_PARAMETERS: { problem: "bad-request" },
  EXPIRED_TOKEN: { problem: "forbidden" },
  INTEGRATION_FAILURE: { problem: "unavailable", retryAfter: 1 },
  INTEGRATION_TIMEOUT: { problem: "unavailable", retryAfter: 1 },
  INVALID_API_KEY: { problem: "forbidden" },
  INVALID_SIGNATURE: { problem: "forbidden" },
  // API Gateway's response type for unknown routes.
  MISSING_AUTHENTICATION_TOKEN: { problem: "not-found", detail: "There is no such route." },
  QUOTA_EXCEEDED: { problem: "quota-exceeded" },
  REQUEST_TOO_LARGE: { problem: "payload-too-large" },
  RESOURCE_NOT_FOUND: { problem: "not-found" },
  THROTTLED: { problem: "too-many-requests", retryAfter: 1 },
  UNSUPPORTED_MEDIA_TYPE: { problem: "unsupported-media-type", detail: "Send application/json, or no Content-Type." },
  // Blocked by the web ACL.
  WAF_FILTERED: {
    problem: "blocked",
    detail: "The request looks like an attack, or your IP address sent too many requests.",
  },
};

/**
 * For types that are not listed, and for a function's malformed response (502). These keep their own status: one given here would
 * replace it. Source: API Gateway's guide, "Gateway response types".
 */
const DEFAULT_PROBLEMS: Record<string, GatewayProblem> = {
  DEFAULT_4XX: { problem: "bad-request" },
  DEFAULT_5XX: { problem: "internal-error" },
};

/**
 * The OpenAPI document that API Gateway creates a REST API from: the routes of the contract, each with its function.
 *
 * The gateway only checks for a key and a JSON object as body; handlers validate fields, so that one response lists all
 * violations. Added to the contract: HEAD wherever there is GET, as HTTP requires (RFC 9110, section 9.1); preflight
 * responses; and 405 for methods that a path doesn't have, where API Gateway would return 403.
 *
 * @param invokeArns - The function's invoke ARN for each operation, by operationId. Operations without one get the mock
 * response 200 `{"status":"ok"}`.
 * @returns JSON, the same for the same arguments.
 */
export function apiBody(document: OpenApiDocument, invokeArns: Record<string, string>): string {
  const paths = Object.entries(document.paths).map(([path, operations]) => {
    const methods = mapValues(operations, (operation) => method(path, operation, invokeArns[operation.operationId]));
    // An operationId is there only once.
    const all = { ...methods, ...(methods.get && { head: omit(methods.get, ["operationId"]) }) };
    const allowed = [...Object.keys(all).map((name) => name.toUpperCase()), "OPTIONS"];
    return [
      path,
      {
        ...all,
        options: preflight(path, allowed),
        "x-amazon-apigateway-any-method": methodNotAllowed(path, allowed),
      },
    ];
  });

  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: document.info.title, version: document.info.version },
    paths: Object.fromEntries(paths),
    components: {
      schemas: { JsonObject: { type: "object" } },
      securitySchemes: { apiKey: { type: "apiKey", name: "x-api-key", in: "header" } },
    },
    "x-amazon-apigateway-api-key-source": "HEADER",
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
    },
    "x-amazon-apigateway-gateway-responses": gatewayResponses(),
  });
}

function method(path: string, { operationId, requestBody, security }: OpenApiOperation, invokeArn?: string) {
  return {
    operationId,
    parameters: pathParameters(path),
    ...(security?.length !== 0 && { security: [{ apiKey: [] }] }),
    ...(requestBody && { requestBody: JSON_OBJECT_BODY, "x-amazon-apigateway-request-validator": "all" }),
    ...(invokeArn ? functionIntegration(invokeArn) : mockIntegration("200", '{"status":"ok"}')),
  };
}

const JSON_OBJECT_BODY = {
  required: true,
  content: { "application/json": { schema: { $ref: "#/components/schemas/JsonObject" } } },
};

function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function functionIntegration(invokeArn: string) {
  return {
    // What it may respond is in the contract; but OpenAPI requires at least one response.
    responses: { 200: { description: "Sent by the function." } },
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      // Lambda's Invoke is always a POST.
      httpMethod: "POST",
      uri: invokeArn,
      passthroughBehavior: "when_no_match",
    },
  };
}

/**
 * A fixed response of the gateway: no function, no cold start. Bodies that are not JSON get a 415: with `when_no_match`, the
 * mock would turn them into a 500. Source: "Method request behavior for payloads without mapping templates" in API
 * Gateway's guide.
 *
 * @param more - Headers beyond those of CORS.
 */
function mockIntegration(statusCode: string, body: string, more: Record<string, string> = {}) {
  const headers = { ...CORS_HEADERS, ...more };
  const headerNames = Object.keys(headers);
  return {
    responses: {
      [statusCode]: {
        description: "Sent by the gateway itself.",
        headers: Object.fromEntries(headerNames.map((header) => [header, { schema: { type: "string" } }])),
      },
    },
    "x-amazon-apigateway-integration": {
      type: "mock",
      passthroughBehavior: "never",
      requestTemplates: { "application/json": `{"statusCode": ${statusCode}}` },
      responses: {
        default: {
          statusCode,
          responseParameters: responseHeaders("method.response", headers),
          responseTemplates: { "application/json": body },
        },
      },
    },
  };
}

/** The response to CORS preflight requests. */
function preflight(path: string, allowed: string[]) {
  return {
    parameters: pathParameters(path),
    ...mockIntegration("204", "", {
      "Access-Control-Allow-Headers": ALLOWED_HEADERS,
      "Access-Control-Allow-Methods": allowed.join(","),
      // A day. Some browsers cap it lower.
      "Access-Control-Max-Age": "86400",
    }),
  };
}

/** The response to methods that the path doesn't have. It needs no key: the contract is public. */
function methodNotAllowed(path: string, allowed: string[]) {
  const { status } = PROBLEMS["method-not-allowed"];
  const body = problemBody(PROBLEMS["method-not-allowed"], `This path supports ${allowed.join(", ")}.`);
  return {
    parameters: pathParameters(path),
    ...mockIntegration(String(status), body, {
      Allow: allowed.join(", "),
      "Content-Type": "application/problem+json",
    }),
  };
}

/** @param kind - The members that tell the problem's type. */
function problemBody(kind: Partial<ProblemKind>, detail: string): string {
  return JSON.stringify({ ...kind, detail });
}

function gatewayResponses() {
  return {
    ...mapValues(GATEWAY_PROBLEMS, (one) => {
      const kind = PROBLEMS[one.problem];
      return { statusCode: String(kind.status), ...gatewayResponse(one, kind) };
    }),
    ...mapValues(DEFAULT_PROBLEMS, (one) => gatewayResponse(one, omit(PROBLEMS[one.problem], ["status"]))),
  };
}

function gatewayResponse({ detail, retryAfter }: GatewayProblem, kind: Partial<ProblemKind>) {
  const headers = {
    ...CORS_HEADERS,
    "Content-Type": "application/problem+json",
    ...(retryAfter && { "Retry-After": String(retryAfter) }),
  };
  const message = "$context.error.messageString";
  return {
    responseParameters: responseHeaders("gatewayresponse", headers),
    responseTemplates: {
      // The message includes its quotes.
      "application/json": problemBody(kind, detail ?? message).replace(`"${message}"`, message),
    },
  };
}

/** Headers as API Gateway writes them: fixed values are in single quotes. */
function responseHeaders(prefix: string, headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${prefix}.header.${name}`, `'${value}'`]));
}
