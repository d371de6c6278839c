import { isThrottlingError } from "@smithy/core/retry";

/** Thrown when a service certainly did not send a message. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** Whether the service may accept the message later: it was throttled, failing, or out of reach. */
  readonly isTemporary: boolean;
  /** Whether our own permissions or settings are to blame, not the message. */
  readonly isOurs: boolean;

  constructor(message: string, isTemporary: boolean, isOurs = false) {
    super(message);
    this.isTemporary = isTemporary;
    this.isOurs = isOurs;
  }
}

/** By the names of SES's and SNS's errors. */
const OUR_ERRORS = /^(AccessDenied|AuthorizationError|MailFromDomainNotVerified|ConfigurationSetDoesNotExist)/;

/**
 * Turns an error of the SDK into a {@link Refusal}, if it says that nothing was sent.
 *
 * @param refused - What was refused by whom, for people. Nothing personal.
 * @param serverErrors - Whether a server error (5xx) counts, too. It rarely comes after the message was sent, but it may.
 * @returns The refusal; otherwise the error itself: nobody knows what the service did.
 */
export function refusalOr(error: unknown, refused: string, serverErrors: boolean): unknown {
  const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name?: string };
  const status = $metadata?.httpStatusCode ?? 0;
  const wasNotSent = name === "CredentialsProviderError" || neverReached(error);
  if (!wasNotSent && (status < 400 || (status >= 500 && !serverErrors))) return error;
  const isTemporary = wasNotSent || status >= 500 || isThrottlingError(error as never);
  // The service's own error message may contain addresses.
  return new Refusal(`${refused}: ${name}.`, isTemporary, OUR_ERRORS.test(name ?? ""));
}

/** Whether no connection was made, so that nothing was sent. Of a time-out, only the error's text tells. */
function neverReached(error: unknown): boolean {
  // One error for each of the host's addresses, which Node tries in turn.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverReached);
  const { syscall, code = "", name, message } = error as NodeJS.ErrnoException;
  if (syscall === "connect" || ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(code)) return true;
  return name === "TimeoutError" && message.includes("did not establish a connection");
}
