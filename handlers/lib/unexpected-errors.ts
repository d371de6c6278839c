import { isThrottlingError, isTransientError } from "@smithy/core/retry";
import { Refusal } from "../../aws/refusals.ts";
import { Failure } from "../../domain/failure.ts";

/**
 * Whether an error is our own fault: a programming error, a missing permission, a wrong setting. Outages and limits of what we
 * call aren't, whether the SDK reports them or we do.
 */
export function isUnexpected(error: unknown): boolean {
  if (error instanceof Failure || error instanceof Refusal) return false;
  return !(error instanceof Error && (isThrottlingError(error as never) || isTransientError(error as never)));
}
