import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { GenericSchema, InferOutput } from "valibot";
import type { Audience } from "../../domain/audience.ts";
import { validate } from "../../domain/contract/violations.ts";
import { isCorrelationId } from "../../domain/correlation-id.ts";
import { Problem, type Violation } from "../../domain/problem.ts";

/** The largest body, in bytes of UTF-8: 64 KiB. Fifty lines with every field filled take about a tenth of it. */
const MAX_BODY_BYTES = 64 * 1_024;

/** A body of 64 KiB can break 40,000 rules. An order within the bounds breaks fewer than this, and gets all of them told. */
const MAX_VIOLATIONS = 500;

/**
 * What a function is called with: an event of API Gateway's proxy integration, or any part of one from a caller that
 * invokes the function directly, whose `body` may be an object, too.
 */
export type ApiEvent = { [Field in keyof Omit<APIGatewayProxyEvent, "body">]?: APIGatewayProxyEvent[Field] | null } & {
  body?: unknown;
};

/** A request, with what it says checked. */
export interface ApiRequest {
  audience: Audience;
  /** Ties together all that the request brings about: the caller's `X-Correlation-Id`, or the gateway's request id. */
  correlationId: string;
  /** A parameter of the path; empty if there is none of that name. */
  pathParameter(name: string): string;
  /** A header's value, whatever case its name is in. */
  header(name: string): string | undefined;
  /** @throws Problem `validation` with every violation in the query. */
  query<Schema extends GenericSchema>(schema: Schema): InferOutput<Schema>;
  /**
   * @throws Problem `unsupported-media-type`, `bad-request`, `payload-too-large`, or `validation` with every violation in
   * the body.
   */
  body<Schema extends GenericSchema>(schema: Schema): InferOutput<Schema>;
}

/** Reads an event. Fails only when asked for something that is wrong. */
export function readRequest(event: ApiEvent): ApiRequest {
  const header = (name: string) => {
    const found = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase());
    return textOf(found?.[1]);
  };
  const correlationIds = [header("x-correlation-id"), event.requestContext?.requestId];
  return {
    audience: audienceOf(event),
    correlationId: correlationIds.find(isCorrelationId) ?? randomUUID(),
    pathParameter: (name) => textOf(event.pathParameters?.[name]) ?? "",
    header,
    query: (schema) => checked(schema, readQuery(event), "query"),
    body: (schema) => {
      checkMediaType(header("content-type"));
      return checked(schema, parseObject(readText(event)), "body");
    },
  };
}

/** The gateway sends texts only; a direct caller may send anything. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * Which instance of the API was called, as its stage says. Whoever may invoke the function directly is back office; a
 * stage that doesn't say gets the less.
 */
function audienceOf({ stageVariables, requestContext }: ApiEvent): Audience {
  if (!requestContext) return stageVariables?.audience === "storefront" ? "storefront" : "backoffice";
  return stageVariables?.audience === "backoffice" ? "backoffice" : "storefront";
}

function checked<Schema extends GenericSchema>(schema: Schema, input: unknown, part: string): InferOutput<Schema> {
  const result = validate(schema, input);
  if (result.ok) return result.value;
  throw invalid(part, result.violations);
}

function invalid(part: string, violations: Violation[]): Problem {
  const count = violations.length === 1 ? "one rule" : `${violations.length} rules`;
  const errors = violations.slice(0, MAX_VIOLATIONS);
  const where = errors.length < violations.length ? `has the first ${MAX_VIOLATIONS}` : "says where";
  return new Problem("validation", `The ${part} breaks ${count} of the API; \`errors\` ${where}.`, { errors });
}

function readQuery(event: ApiEvent): Record<string, string> {
  const all = Object.entries(event.multiValueQueryStringParameters ?? {});
  const repeated = all.filter(([, values]) => (values?.length ?? 0) > 1);
  if (repeated.length > 0) {
    const detail = "This parameter is given more than once.";
    throw invalid(
      "query",
      repeated.map(([name]) => ({ pointer: `/${name}`, detail })),
    );
  }
  const query = event.queryStringParameters ?? {};
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A body without a type is JSON, as API Gateway takes it. The parameters of JSON's type mean nothing (RFC 8259). */
function checkMediaType(contentType = "application/json"): void {
  const [mediaType = ""] = contentType.split(";");
  if (mediaType.trim().toLowerCase() === "application/json") return;
  throw new Problem("unsupported-media-type", "The body must be sent as application/json.");
}

/** The body's text. API Gateway may have wrapped it in base64; a direct caller may have sent an object. */
function readText({ body, isBase64Encoded }: ApiEvent): string {
  if (body === undefined || body === null)
    throw new Problem("bad-request", "There is no body; it must be a JSON object.");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const bytes = Buffer.from(text, isBase64Encoded === true ? "base64" : "utf8");
  if (bytes.length > MAX_BODY_BYTES) {
    throw new Problem("payload-too-large", `The body has ${bytes.length} bytes; ${MAX_BODY_BYTES} are the most.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Problem("bad-request", "The body is not valid UTF-8.");
  }
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem("bad-request", `The body is not valid JSON: ${(error as SyntaxError).message}.`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Problem("bad-request", "The body must be a JSON object.");
}
