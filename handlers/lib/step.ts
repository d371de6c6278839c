import type { Context } from "aws-lambda";
import { isCorrelationId } from "../../domain/correlation-id.ts";
import { Failure } from "../../domain/failure.ts";
import { type FailureReason, failureReasonFor } from "../../domain/failure-reasons.ts";
import { ORDER_ID_PATTERN } from "../../domain/ids.ts";
import { bareError, logger, stopwatch } from "./log.ts";

/** Input of a state of the workflow. */
export interface StepInput {
  orderId: string;
  /** Correlates everything that one request caused. The order's id if the workflow's input has no valid one. */
  correlationId: string;
  /** For compensating states: why the order fails, as the step before said. */
  reason?: FailureReason;
}

/** Result of a state of the workflow. */
export interface StepResult {
  /** What the step came to, such as `RESERVED` or `OUT_OF_STOCK`: the state machine branches by it. */
  outcome: string;
}

/**
 * Creates a Lambda function from a step of the workflow. It writes one log line per call. What it returns is a business
 * outcome. What it throws is an infrastructure error, which the workflow retries; it is rethrown with name and message only.
 *
 * @example
 * export const handler = step("reserve-stock", async ({ orderId }) => ({ outcome: "RESERVED" }));
 */
export function step<Result extends StepResult>(name: string, work: (input: StepInput) => Promise<Result>) {
  return async (event: unknown, context?: Context): Promise<Result> => {
    const elapsed = stopwatch();
    if (context) logger.addContext(context);
    const input = stepInput(event);
    const about = { step: name, orderId: input?.orderId, correlationId: input?.correlationId };
    try {
      if (!input) throw new Failure("OrderNotFound", "The input must have the id of an order as orderId.");
      const result = await work(input);
      logger.info(result.outcome, { ...about, ...(result as StepResult), ...elapsed() });
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

/** Reads a state's input. @returns Nothing if it doesn't name an order. */
export function stepInput(event: unknown): StepInput | undefined {
  const { orderId, correlationId, last, error } = (event ?? {}) as Record<string, unknown>;
  if (typeof orderId !== "string" || !ORDER_ID_PATTERN.test(orderId)) return undefined;
  return { orderId, correlationId: isCorrelationId(correlationId) ? correlationId : orderId, ...reasonIn(last, error) };
}

/**
 * The reason to undo the order in a state's input: the `outcome` of the step before, or in executions of version 0.1, which
 * may still run after an upgrade, the `Error` that it threw.
 */
function reasonIn(last: unknown, error: unknown): { reason?: FailureReason } {
  const { outcome } = (last ?? {}) as { outcome?: unknown };
  const { Error: name } = (error ?? {}) as { Error?: unknown };
  const reason = failureReasonFor(outcome) ?? failureReasonFor(name);
  return reason ? { reason } : {};
}
