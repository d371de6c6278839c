import type { OpenApiDocument } from "../../domain/contract/openapi.ts";
import { PROBLEMS, type ProblemType } from "../../domain/problem.ts";

/** Sent with every answer, so that a page from any origin may call the API and read its headers. */
const CORS_HEADERS = {
  "Access-Control-Allow-Origin": "'*'",
  "Access-Control-Expose-Headers": "'Location, Retry-After, Idempotent-Replayed'",
};

/** How one of the gateway's own answers is told. */
interface GatewayProblem {
  problem: ProblemType;
  /** In place of the gateway's message. */
  detail?: string;
  /** Seconds after which to try again. */
  retryAfter?: number;
}

/**
 * The gateway's own answers, by its response type. Types that are not listed are answered as DEFAULT_4XX or DEFAULT_5XX.
 */
const GATEWAY_PROBLEMS: Record<string, GatewayProblem> = {
  DEFAULT_4XX: { problem: "bad-request" },
  DEFAULT_5XX: { problem: "internal-error" },
  ACCESS_DENIED: { problem: "forbidden" },
  BAD_REQUEST_BODY: { problem: "bad-request" },
  INTEGRATION_TIMEOUT: { problem: "unavailable", retryAfter: 1 },
  INVALID_API_KEY: { problem: "forbidden" },
  // What API Gateway says to a route that doesn't exist.
  MISSING_AUTHENTICATION_TOKEN: { problem: "not-found", detail: "There is no such route." },
  QUOTA_EXCEEDED: { problem: "quota-exceeded" },
  REQUEST_TOO_LARGE: { problem: "payload-too-large" },
  THROTTLED: { problem: "too-many-requests", retryAfter: 1 },
  UNSUPPORTED_MEDIA_TYPE: { problem: "unsupported-media-type", detail: "Send application/json, or no Content-Type." },
  // What the web ACL blocks.
  WAF_FILTERED: { problem: "blocked", detail: "The request looks like an attack, or your address sent too many." },
};

/**
 * The document that API Gateway builds a REST API from: the routes of the OpenAPI document, each with its function.
 *
 * It is leaner than the document for people. The gateway asks for the key and for a JSON object as body; the rules of
 * the fields are the handlers', so that one answer lists every violation. And it has what is no part of the contract: each
 * path answers preflights, and every method that it doesn't have with 405, where API Gateway alone would say 403.
 *
 * @param invokeArns - Invoke ARN of the function of each operation, by operationId. An operation without one is
 * answered by the gateway itself: 200 with `{"status":"ok"}`.
 * @returns JSON, the same for the same arguments.
 */
export function apiBody(document: OpenApiDocument, invokeArns: Record<string, string>): string {
  const paths = Object.entries(document.paths).map(([path, operations]) => {
    const methods = Object.entries(operations).map(([method, operation]) => {
      const { operationId, requestBody, security } = operation;
      const invokeArn = invokeArns[operationId];
      return [
        method,
        {
          operationId,
          parameters: pathParameters(path),
          ...(security?.length !== 0 && { security: [{ apiKey: [] }] }),
          ...(requestBody && { requestBody: JSON_OBJECT_BODY, "x-amazon-apigateway-request-validator": "all" }),
          ...(invokeArn ? functionAnswer(invokeArn) : gatewayAnswer("200", '{"status":"ok"}', CORS_HEADERS)),
        },
      ];
    });
    const allowed = [...Object.keys(operations).map((method) => method.toUpperCase()), "OPTIONS"];
    const others = { options: preflight(path, allowed), "x-amazon-apigateway-any-method": refusal(path, allowed) };
    return [path, { ...Object.fromEntries(methods), ...others }];
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

function functionAnswer(invokeArn: string) {
  return {
    responses: {},
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      // Lambda's Invoke is a POST, whatever the route's method is.
      httpMethod: "POST",
      uri: invokeArn,
      passthroughBehavior: "when_no_match",
    },
  };
}

/**
 * An answer that the gateway gives without a function: free of cold starts and of cost per call. A body of another media
 * type than JSON is refused with 415: `when_no_match` would hand it to the mock, which makes a 500 of it. Source:
 * "Method request behavior for payloads without mapping templates" in API Gateway's guide.
 */
function gatewayAnswer(statusCode: string, body: string, headers: Record<string, string>) {
  const headerNames = Object.keys(headers);
  return {
    responses: {
      [statusCode]: {
        description: "Answered by the gateway.",
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
          responseParameters: Object.fromEntries(
            headerNames.map((header) => [`method.response.header.${header}`, headers[header]]),
          ),
          responseTemplates: { "application/json": body },
        },
      },
    },
  };
}

/** Answers a browser's question whether a page from another origin may call the route. */
function preflight(path: string, allowed: string[]) {
  return {
    parameters: pathParameters(path),
    ...gatewayAnswer("204", "", {
      ...CORS_HEADERS,
      "Access-Control-Allow-Headers": "'Content-Type, Idempotency-Key, X-Api-Key'",
      "Access-Control-Allow-Methods": `'${allowed.join(",")}'`,
      // A day: browsers that cap it lower do so themselves.
      "Access-Control-Max-Age": "'86400'",
    }),
  };
}

/** Answers every method that the path doesn't have, whoever asks: the contract is no secret. */
function refusal(path: string, allowed: string[]) {
  const { status } = PROBLEMS["method-not-allowed"];
  const body = problemBody("method-not-allowed", `This path has ${allowed.join(", ")}.`);
  return {
    parameters: pathParameters(path),
    ...gatewayAnswer(String(status), body, {
      ...CORS_HEADERS,
      Allow: `'${allowed.join(", ")}'`,
      "Content-Type": "'application/problem+json'",
    }),
  };
}

function problemBody(problem: ProblemType, detail: string): string {
  return JSON.stringify({ ...PROBLEMS[problem], detail });
}

function gatewayResponses() {
  return Object.fromEntries(
    Object.entries(GATEWAY_PROBLEMS).map(([responseType, { problem, detail, retryAfter }]) => {
      const { status } = PROBLEMS[problem];
      const headers = {
        ...CORS_HEADERS,
        "Content-Type": "'application/problem+json'",
        ...(retryAfter && { "Retry-After": `'${retryAfter}'` }),
      };
      const body = problemBody(problem, detail ?? "$context.error.messageString")
        // The gateway's message comes with quotes of its own.
        .replace('"$context.error.messageString"', "$context.error.messageString");
      return [
        responseType,
        {
          statusCode: String(status),
          responseParameters: Object.fromEntries(
            Object.entries(headers).map(([header, value]) => [`gatewayresponse.header.${header}`, value]),
          ),
          responseTemplates: { "application/json": body },
        },
      ];
    }),
  );
}
