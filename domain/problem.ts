/** Every problem type with its HTTP status and title. Clients rely on them, so none may change. */
const PROBLEM_TABLE = {
  "bad-request": [400, "Malformed request"],
  validation: [400, "Validation failed"],
  "invalid-cursor": [400, "Invalid cursor"],
  forbidden: [403, "Missing or invalid API key"],
  blocked: [403, "Blocked by the firewall"],
  "not-found": [404, "Not found"],
  "method-not-allowed": [405, "Method not allowed"],
  conflict: [409, "Conflict with another request"],
  "wrong-status": [409, "Not allowed in the order's current status"],
  "stock-differs": [409, "The stock is not what the booking expects"],
  "precondition-failed": [412, "Changed in the meantime"],
  "payload-too-large": [413, "Request body too large"],
  "unsupported-media-type": [415, "Unsupported media type"],
  "order-rejected": [422, "Order doesn't match the catalogue"],
  "out-of-stock": [422, "Too little stock"],
  "not-refundable": [422, "More than can be refunded"],
  "stock-is-booked": [422, "Stock is booked, not set"],
  "payment-tries-used-up": [422, "No other payment method may be tried"],
  "idempotency-key-reused": [422, "Idempotency-Key already used for another request"],
  "too-many-requests": [429, "Too many requests"],
  "quota-exceeded": [429, "Quota exceeded"],
  "internal-error": [500, "Internal error"],
  unavailable: [503, "Service unavailable"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** A problem's name: the last part of its `type`. */
export type ProblemType = keyof typeof PROBLEM_TABLE;

/** The members of RFC 9457 that all problems of a type share. */
export interface ProblemKind {
  /** A stable URI that identifies the type, e.g. `urn:orders:problem:validation`. It can't be fetched. */
  type: string;
  title: string;
  /** HTTP status code. */
  status: number;
}

/** Every problem type of the API, by name. */
export const PROBLEMS = Object.fromEntries(
  Object.entries(PROBLEM_TABLE).map(([name, [status, title]]) => [
    name,
    { type: `urn:orders:problem:${name}`, title, status },
  ]),
) as Record<ProblemType, ProblemKind>;

/** A rule that a part of a request breaks. */
export interface Violation {
  /** JSON pointer (RFC 6901) into the body, e.g. `/items/0/quantity`, or into the query if the request has no body. */
  pointer: string;
  /** A human-readable sentence. */
  detail: string;
}

/** The body of an error response: problem details (RFC 9457), media type `application/problem+json`. */
export interface ProblemDocument extends ProblemKind {
  /** What went wrong this time, and what to do about it. */
  detail: string;
  errors?: Violation[];
}

/** An error to return to the caller. Throw it anywhere in a handler; the endpoint wrapper turns it into the response. */
export class Problem extends Error {
  readonly problem: ProblemType;
  readonly errors: Violation[];
  /** Seconds for the `Retry-After` header. */
  readonly retryAfter: number | undefined;

  constructor(problem: ProblemType, detail: string, more: { errors?: Violation[]; retryAfter?: number } = {}) {
    super(detail);
    this.name = "Problem";
    this.problem = problem;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter;
  }

  /** The response's HTTP status code. */
  get status(): number {
    return PROBLEMS[this.problem].status;
  }

  /** The response's body. */
  document(): ProblemDocument {
    return {
      ...PROBLEMS[this.problem],
      detail: this.message,
      ...(this.errors.length > 0 && { errors: this.errors }),
    };
  }
}
