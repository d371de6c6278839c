/** What can go wrong, each with its HTTP status and a title that never changes. README and clients rely on the types. */
const PROBLEM_TABLE = {
  "bad-request": [400, "The request can't be read"],
  validation: [400, "The request breaks the rules of the API"],
  "invalid-cursor": [400, "The cursor is not valid here"],
  forbidden: [403, "The key is missing or may not do this"],
  blocked: [403, "The firewall blocked the request"],
  "not-found": [404, "There is nothing here"],
  "method-not-allowed": [405, "This can't be done here"],
  conflict: [409, "The request is in conflict with another one"],
  "wrong-status": [409, "The order's status doesn't allow this"],
  "payload-too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "The body is not of a type that is read here"],
  "order-rejected": [422, "The order doesn't fit the catalogue"],
  "idempotency-key-reused": [422, "The Idempotency-Key was used for another order"],
  "too-many-requests": [429, "Too many requests at once"],
  "quota-exceeded": [429, "The key's quota is used up"],
  "internal-error": [500, "Something went wrong on our side"],
  unavailable: [503, "The service is busy"],
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
