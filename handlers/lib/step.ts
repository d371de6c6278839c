import type { Context } from "aws-lambda";
import { ORDER_ID_PATTERN } from "../../domain/contract/schemas.ts";
import { isCorrelationId } from "../../domain/correlation-id.ts";
import { Failure } from "../../domain/failure.ts";
import { bareError, logger, stopwatch } from "./log.ts";

/** What a state of the workflow is called with. */
interface StepInput {
  orderId: string;
  /** Ties together what one request brought about. The order's id where the workflow's input has none that can be. */
  correlationId: string;
  /** Name of the error that ended the way forward, for the states that undo it. */
  error?: string;
}

/** What a state of the workflow answers. */
interface StepResult {
  /** For the log: what became of it, e.g. `reserved`. */
  outcome: string;
}

/**
 * Makes a Lambda function of a step of the workflow. It writes one log line a call, and throws what went wrong: the
 * workflow's Retry and Catch match on the error's name.
 *
 * @example
 * export const handler = step("reserve-stock", async ({ orderId }) => ({ outcome: "reserved" }));
 */
export function step<Result extends StepResult>(name: string, work: (input: StepInput) => Promise<Result>) {
  return async (event: unknown, context?: Context): Promise<Result> => {
    const passed = stopwatch();
    if (context) logger.addContext(context);
    const { orderId: named, correlationId, error: cause } = (event ?? {}) as Record<string, unknown>;
    // Only what can be an order's id: it goes into logs.
    const orderId = typeof named === "string" && ORDER_ID_PATTERN.test(named) ? named : undefined;
    const about = { step: name, orderId, correlationId: isCorrelationId(correlationId) ? correlationId : orderId };
    try {
      const result = await work({ ...checked(about), ...errorNameOf(cause) });
      logger.info(result.outcome, { ...about, outcome: result.outcome, ...passed() });
      return result;
    } catch (error) {
      const { name: outcome, message: reason } = error as Error;
      if (error instanceof Failure) logger.warn(outcome, { ...about, outcome, reason, ...passed() });
      else logger.error(outcome, { ...about, outcome, error: error as Error, ...passed() });
      // It goes into the execution's history, and the runtime logs all of it once more.
      throw bareError(error as Error);
    }
  };
}

function checked({ orderId, correlationId = "" }: { orderId: string | undefined; correlationId: string | undefined }) {
  if (orderId !== undefined) return { orderId, correlationId };
  throw new Failure("OrderNotFound", "The input must have the id of an order as orderId.");
}

/** The name in what the workflow's Catch puts into the input: `{Error, Cause}`. */
function errorNameOf(cause: unknown): { error?: string } {
  const { Error: error } = (cause ?? {}) as { Error?: unknown };
  return typeof error === "string" ? { error } : {};
}
