import type { ProblemDocument } from "../domain/problem.ts";

/** One instance of the API, and its key. */
export interface Api {
  url: string;
  key: string;
}

/** An answer that is not 2xx. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The body, where it is one of the API's own. */
  readonly problem: ProblemDocument | undefined;

  constructor(message: string, status: number, problem?: ProblemDocument) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Asks an instance of the API.
 *
 * @param body - Sent as JSON.
 * @returns The body of the answer.
 * @throws ApiError for every answer that is not 2xx.
 */
export async function call<T>(
  { url, key }: Api,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<T> {
  const answer = await fetch(url + path, {
    method,
    headers: { "x-api-key": key, "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as T;
  const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json");
  const message = `${method} ${path} answered ${answer.status}: ${text}`;
  throw new ApiError(message, answer.status, isProblem ? JSON.parse(text) : undefined);
}

/**
 * Asks an instance of the API for a list, page by page, for as long as the caller wants more.
 *
 * @param query - Parameters of the list; those that are undefined are left out.
 */
export async function* pages<Page extends { nextCursor?: string }>(
  api: Api,
  path: string,
  query: Record<string, string | number | undefined>,
): AsyncGenerator<Page> {
  let { cursor } = query;
  do {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...query, cursor })) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    const page = await call<Page>(api, "GET", `${path}?${parameters}`);
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
