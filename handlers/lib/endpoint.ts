import { isThrottlingError, isTransientError } from "@smithy/core/retry";
import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { CORS_HEADERS } from "../../domain/contract/cors.ts";
import { Failure } from "../../domain/failure.ts";
import { ORDER_ID_PATTERN } from "../../domain/ids.ts";
import { Problem } from "../../domain/problem.ts";
import { logger, stopwatch } from "./log.ts";
import { type ApiEvent, type ApiRequest, readRequest } from "./request.ts";

/** A handler's response to a request that succeeded. */
export interface ApiResponse {
  /** HTTP status code. */
  status: number;
  /** The body, or its JSON. */
  body: object | string;
  headers?: Record<string, string>;
  /** For the log, e.g. `created`. */
  outcome: string;
  /** For the log: the order that the request was about. */
  orderId?: string;
}

const COMMON_HEADERS = { ...CORS_HEADERS, "Cache-Control": "no-store" };

/**
 * Creates a Lambda function from a handler. It always returns a response, so no stack trace leaks, and writes one log line
 * per call.
 *
 * @example
 * export const handler = endpoint("GET /orders/{orderId}", async (request) => ({ status: 200, body, outcome: "found" }));
 */
export function endpoint(route: string, work: (request: ApiRequest) => Promise<ApiResponse>) {
  return async (event: ApiEvent | null, context?: Context): Promise<APIGatewayProxyResult> => {
    const elapsed = stopwatch();
    if (context) logger.addContext(context);
    const request = readRequest(event ?? {});
    const { audience, correlationId } = request;
    // Logged only if it can be an order's id.
    const named = request.pathParameter("orderId");
    const about = { route, audience, correlationId, ...(ORDER_ID_PATTERN.test(named) && { orderId: named }) };
    try {
      const { status, body, headers, outcome, orderId } = await work(request);
      logger.info(outcome, { ...about, ...(orderId !== undefined && { orderId }), outcome, status, ...elapsed() });
      return result(status, "application/json", body, headers);
    } catch (error) {
      const problem = error instanceof Problem ? error : toProblem(error);
      const { status, problem: outcome, retryAfter } = problem;
      const fields = { ...about, outcome, status, ...elapsed() };
      if (error === problem) logger.info(outcome, fields);
      else logger.error(outcome, { ...fields, error: error as Error });
      const headers = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
      return result(status, "application/problem+json", problem.document(), headers);
    }
  };
}

/** 503 if a service was busy or unreachable, so that a retry may succeed; 500 for anything else. */
function toProblem(error: unknown): Problem {
  const isBusy = error instanceof Failure && error.name === "Busy";
  if (isBusy || (error instanceof Error && (isThrottlingError(error as never) || isTransientError(error as never)))) {
    return new Problem("unavailable", "A part of the system is busy. Try again in a moment.", { retryAfter: 1 });
  }
  return new Problem("internal-error", "The request could not be answered. Try again later.");
}

function result(
  statusCode: number,
  contentType: string,
  body: object | string,
  headers: Record<string, string> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { "Content-Type": contentType, ...COMMON_HEADERS, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}
