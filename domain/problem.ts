/** What can go wrong, each with its HTTP status and a title that never changes. Clients rely on the types. */
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
  "payload-too-large": [413, "Request body too large"],
  "unsupported-media-type": [415, "Unsupported media type"],
  "order-rejected": [422, "Order doesn't match the catalogue"],
  "idempotency-key-reused": [422, "Idempotency-Key already used for another order"],
  "too-many-requests": [429, "Too many requests"],
  "quota-exceeded": [429, "Quota exceeded"],
  "internal-error": [500, "Internal error"],
  unavailable: [503, "Service unavailable"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** The name of a problem; the last part of its `type`. */
export type ProblemType = keyof typeof PROBLEM_TABLE;

/** What all problems of one type have in common: the members `type`, `title` and `status` of RFC 9457. */
export interface ProblemKind {
  /** A stable URI to tell problems apart by, e.g. `urn:orders:problem:validation`. It is a name, not an address. */
  type: string;
  title: string;
  /** HTTP status code. */
  status: number;
}

/** Every type of problem that the API answers with, by name. */
export const PROBLEMS = Object.fromEntries(
  Object.entries(PROBLEM_TABLE).map(([name, [status, title]]) => [
    name,
    { type: `urn:orders:problem:${name}`, title, status },
  ]),
) as Record<ProblemType, ProblemKind>;

/** One rule that one part of a request breaks. */
export interface Violation {
  /** JSON pointer (RFC 6901) into the body, e.g. `/items/0/quantity`; into the query parameters for a request without one. */
  pointer: string;
  /** A sentence about it, for a person. */
  detail: string;
}

/** The body of an error: problem details (RFC 9457), media type `application/problem+json`. */
export interface ProblemDocument extends ProblemKind {
  /** What went wrong this time, and what to do about it. */
  detail: string;
  errors?: Violation[];
}

/** An answer that tells the caller what was wrong. Thrown anywhere on the way, answered by the handler's wrapper. */
export class Problem extends Error {
  readonly problem: ProblemType;
  readonly errors: Violation[];
  /** After how many seconds to try again, for the `Retry-After` header. */
  readonly retryAfter: number | undefined;

  constructor(problem: ProblemType, detail: string, more: { errors?: Violation[]; retryAfter?: number } = {}) {
    super(detail);
    this.name = "Problem";
    this.problem = problem;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter;
  }

  /** The HTTP status code to answer with. */
  get status(): number {
    return PROBLEMS[this.problem].status;
  }

  /** The body to answer with. */
  document(): ProblemDocument {
    return {
      ...PROBLEMS[this.problem],
      detail: this.message,
      ...(this.errors.length > 0 && { errors: this.errors }),
    };
  }
}
