import { STATUS_CODES } from "node:http";
import { ApiError } from "../stacks/api-client.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

/** Ends the command with a code that says more than FAILED. The message is a sentence for the operator. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What to tell of an error, and to end with. */
export interface ToldFailure {
  sentence: string;
  exitCode: ExitCode;
}

const TITLES: Partial<Record<ExitCode, string>> = {
  [EXIT.USAGE]: "Wrong usage",
  [EXIT.NOT_FOUND]: "Not found",
  [EXIT.INTERRUPTED]: "Interrupted",
};

/**
 * An error as a problem document (RFC 9457), for scripts: the API's own, if it is one of those, with the exit code added.
 */
export function problemOf(error: unknown): object {
  const { sentence, exitCode } = toldFailure(error);
  if (error instanceof ApiError) {
    const { status, problem } = error;
    return {
      type: "about:blank",
      title: STATUS_CODES[status] ?? "Failed",
      status,
      detail: sentence,
      ...problem,
      exitCode,
    };
  }
  return problemDocument(sentence, exitCode);
}

/** A problem document of the command's own. @param sentence - What is wrong. */
export function problemDocument(sentence: string, exitCode: ExitCode): object {
  return { type: "about:blank", title: TITLES[exitCode] ?? "Failed", detail: sentence, exitCode };
}

/** Says in a sentence what went wrong, whoever threw it, and what to do about it where that is known. */
export function toldFailure(error: unknown): ToldFailure {
  if (error instanceof CommandFailure) return { sentence: error.message, exitCode: error.exitCode };
  if (error instanceof ApiError) return apiFailure(error);
  const { name, message, cause, stack } = error instanceof Error ? error : new Error(String(error));
  if (name === "AbortError") return { sentence: "Interrupted.", exitCode: EXIT.INTERRUPTED };
  if (name === "SyntaxError") return failed(stack ?? message); // it has the file and the line
  if (message === "fetch failed")
    return failed(`The API can't be reached: ${reasonOf(cause)}. Is the stack still there?`);
  if (/Credentials|ExpiredToken|UnrecognizedClient|InvalidClientToken/.test(name)) {
    return failed(`AWS doesn't accept your credentials: ${message}. Log in, for example with "aws sso login".`);
  }
  if (/AccessDenied|NotAuthorized/.test(name)) {
    return failed(
      `You lack the permission for this: ${message}. Check that your credentials are for the stack's account.`,
    );
  }
  return failed(message);
}

function apiFailure({ status, problem, message }: ApiError): ToldFailure {
  const exitCode = status === 404 ? EXIT.NOT_FOUND : EXIT.FAILED;
  if (!problem) return { sentence: message, exitCode };
  if (!problem.errors) return { sentence: problem.detail, exitCode };
  const violations = problem.errors.map(({ pointer, detail }) => `\n  ${pointer || "/"}: ${detail}`);
  return { sentence: `${problem.title}:${violations.join("")}`, exitCode };
}

function failed(sentence: string): ToldFailure {
  return { sentence, exitCode: EXIT.FAILED };
}

/** Connecting to a name with several addresses fails with an error that has no message but those in it. */
function reasonOf(cause: unknown): string {
  const { message, errors = [] } = (cause ?? {}) as { message?: string; errors?: Error[] };
  return message || errors.map((error) => error.message).join(", ") || "unknown reason";
}
