import type { Context } from "aws-lambda";
import { isCorrelationId } from "../../domain/correlation-id.ts";
import { Failure } from "../../domain/failure.ts";
import { ORDER_ID_PATTERN } from "../../domain/ids.ts";
import { bareError, logger, stopwatch } from "./log.ts";

/** Input of a state of the workflow. */
interface StepInput {
  orderId: string;
  /** Correlates everything that one request caused. The order's id if the workflow's input has no valid one. */
  correlationId: string;
  /** For compensating states: name of the error that triggered the compensation. */
  error?: string;
}

/** Result of a state of the workflow. */
interface StepResult {
  /** For the log, e.g. `reserved`. */
  outcome: string;
}

/**
 * Creates a Lambda function from a step of the workflow. It writes one log line per call. Errors are rethrown with name and
 * message only: the workflow's Retry and Catch match on the name.
 *
 * @example
 * export const handler = step("reserve-stock", async ({ orderId }) => ({ outcome: "reserved" }));
 */
export function step<Result extends StepResult>(name: string, work: (input: StepInput) => Promise<Result>) {
  return async (event: unknown, context?: Context): Promise<Result> => {
    const elapsed = stopwatch();
    if (context) logger.addContext(context);
    const { orderId: named, correlationId, error: cause } = (event ?? {}) as Record<string, unknown>;
    // Logged only if it can be an order's id.
    const orderId = typeof named === "string" && ORDER_ID_PATTERN.test(named) ? named : undefined;
    const about = { step: name, orderId, correlationId: isCorrelationId(correlationId) ? correlationId : orderId };
    try {
      const result = await work({ ...checked(about), ...errorNameOf(cause) });
      logger.info(result.outcome, { ...about, outcome: result.outcome, ...elapsed() });
      return result;
    } catch (error) {
      const { name: outcome, message: reason } = error as Error;
      if (error instanceof Failure) logger.warn(outcome, { ...about, outcome, reason, ...elapsed() });
      else logger.error(outcome, { ...about, outcome, error: error as Error, ...elapsed() });
      // The error goes into the execution's history, and the runtime logs it again.
      throw bareError(error as Error);
    }
  };
}

function checked({ orderId, correlationId = "" }: { orderId: string | undefined; correlationId: string | undefined }) {
  if (orderId !== undefined) return { orderId, correlationId };
  throw new Failure("OrderNotFound", "The input must have the id of an order as orderId.");
}

/** The name in the error that the workflow's Catch puts into the input: `{Error, Cause}`. */
function errorNameOf(cause: unknown): { error?: string } {
  const { Error: error } = (cause ?? {}) as { Error?: unknown };
  return typeof error === "string" ? { error } : {};
}
