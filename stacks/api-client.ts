import type { ProblemDocument } from "../domain/problem.ts";

/** One instance of the API, and its key. */
export interface Api {
  url: string;
  key: string;
}

/** API Gateway gives up after 29 s. */
const TIMEOUT_MS = 35_000;

/** Characters of a response that an error quotes. */
const MAX_SHOWN = 500;

/** A response that is not what was asked for. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The body, if it is one of the API's own problem documents. */
  readonly problem: ProblemDocument | undefined;

  constructor(message: string, status: number, problem?: ProblemDocument) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Calls an instance of the API.
 *
 * @param body - Sent as JSON.
 * @returns The response's body.
 * @throws ApiError if the response is not 2xx, or no JSON; TimeoutError if there is none in time.
 */
export async function call<T>(
  { url, key }: Api,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(url + path, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { "x-api-key": key, "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const message = `${method} ${path} answered ${response.status}: ${text.slice(0, MAX_SHOWN)}`;
  const json = parsed(text);
  if (response.ok && json !== undefined) return json as T;
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  throw new ApiError(message, response.status, isProblem ? (json as ProblemDocument) : undefined);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a list from an instance of the API, page by page, for as long as the caller wants more.
 *
 * @param query - The list's parameters; undefined ones are left out.
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
