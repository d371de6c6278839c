import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { GenericSchema, InferOutput } from "valibot";
import type { Audience } from "../../domain/audience.ts";
import { validate } from "../../domain/contract/violations.ts";
import { isCorrelationId } from "../../domain/correlation-id.ts";
import { Problem, type Violation } from "../../domain/problem.ts";

/** The largest accepted body, in bytes of UTF-8. Fifty lines with every field filled take about a tenth of it. */
const MAX_BODY_BYTES = 64 * 1_024;

/** A body of 64 KiB can break 40,000 rules. An order within the size limits breaks fewer than this, so all are reported. */
const MAX_VIOLATIONS = 500;

/**
 * An event of API Gateway's proxy integration, or any part of one if the function is invoked directly; `body` may then be an
 * object.
 */
export type ApiEvent = { [Field in keyof Omit<APIGatewayProxyEvent, "body">]?: APIGatewayProxyEvent[Field] | null } & {
  body?: unknown;
};

/** A request, validated as it is read. */
export interface ApiRequest {
  audience: Audience;
  /** Who sent it, for records: `key:` and the API key's id, or the audience if that is unknown; `system:invocation` without the API. */
  actor: string;
  /** Correlates everything that the request causes: the caller's `X-Correlation-Id`, or the gateway's request id. */
  correlationId: string;
  /** A path parameter; empty if it is missing. */
  pathParameter(name: string): string;
  /** A header's value; names are case-insensitive. */
  header(name: string): string | undefined;
  /** @throws Problem `validation` with every violation in the query. */
  query<Schema extends GenericSchema>(schema: Schema): InferOutput<Schema>;
  /**
   * @throws Problem `unsupported-media-type`, `bad-request`, `payload-too-large`, or `validation` with every violation in
   * the body.
   * @param mediaType - Accepted besides application/json.
   */
  body<Schema extends GenericSchema>(schema: Schema, mediaType?: string): InferOutput<Schema>;
  /**
   * The body as it was sent, of any type.
   *
   * @param maxBytes - The largest accepted, in bytes of UTF-8.
   * @throws Problem `bad-request` or `payload-too-large`.
   */
  text(maxBytes: number): string;
}

/** Reads an event. Throws nothing itself: invalid parts throw when they are read. */
export function readRequest(event: ApiEvent): ApiRequest {
  const header = (name: string) => {
    const found = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase());
    return textOf(found?.[1]);
  };
  const correlationIds = [header("x-correlation-id"), event.requestContext?.requestId];
  return {
    audience: audienceOf(event),
    actor: actorOf(event),
    correlationId: correlationIds.find(isCorrelationId) ?? randomUUID(),
    pathParameter: (name) => textOf(event.pathParameters?.[name]) ?? "",
    header,
    query: (schema) => checked(schema, readQuery(event), "query"),
    body: (schema, mediaType = JSON_TYPE) => {
      checkMediaType(header("content-type"), mediaType);
      return checked(schema, parseObject(readText(event, MAX_BODY_BYTES)), "body");
    },
    text: (maxBytes) => readText(event, maxBytes),
  };
}

/** API Gateway sends only strings; a direct caller may send anything. */
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

/** The gateway names the key by its id; the emulator's doesn't. */
function actorOf(event: ApiEvent): string {
  if (!event.requestContext) return "system:invocation";
  return `key:${textOf(event.requestContext.identity?.apiKeyId) ?? audienceOf(event)}`;
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

const JSON_TYPE = "application/json";

/** A body without a type counts as JSON, as for API Gateway. JSON's media type has no parameters (RFC 8259). */
function checkMediaType(contentType = JSON_TYPE, accepted: string): void {
  const [mediaType = ""] = contentType.split(";");
  if ([JSON_TYPE, accepted].includes(mediaType.trim().toLowerCase())) return;
  throw new Problem("unsupported-media-type", `The body must be sent as ${accepted}.`);
}

/** The body's text. API Gateway may have encoded it as base64; a direct caller may have sent an object. */
function readText({ body, isBase64Encoded }: ApiEvent, maxBytes: number): string {
  if (body === undefined || body === null)
    throw new Problem("bad-request", "There is no body; it must be a JSON object.");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const bytes = Buffer.from(text, isBase64Encoded === true ? "base64" : "utf8");
  if (bytes.length > maxBytes) {
    throw new Problem("payload-too-large", `The body has ${bytes.length} bytes; the maximum is ${maxBytes}.`);
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
