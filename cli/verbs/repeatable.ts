import { ApiError } from "../../stacks/api-client.ts";
import { CommandFailure, toldFailure } from "../errors.ts";
import { EXIT } from "../exit-codes.ts";

/**
 * Waits for the response to a request with an Idempotency-Key.
 *
 * @param advice - What may have happened, and how to go on, where nobody knows whether the request took effect.
 * @throws CommandFailure with that advice; ApiError where the request was refused.
 */
export async function repeatable<T>(response: Promise<T>, advice: string): Promise<T> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) throw error;
    throw new CommandFailure(EXIT.FAILED, `${toldFailure(error).sentence}\n${advice}`, { cause: error });
  }
}
