import createClient, { type Client } from "openapi-fetch";
import type { paths as BackOffice } from "../domain/contract/backoffice.d.ts";
import type { paths as Storefront } from "../domain/contract/storefront.d.ts";
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

/** A client of the back office, typed by its contract. Its requests fail as {@link bodyOf} says. */
export function backOfficeClient(api: Api): Client<BackOffice> {
  return clientOf(api);
}

/** A client of the storefront, typed by its contract. Its requests fail as {@link bodyOf} says. */
export function storefrontClient(api: Api): Client<Storefront> {
  return clientOf(api);
}

/**
 * The body of a client's response.
 *
 * @throws ApiError if the response is not 2xx, or no JSON; TimeoutError if there is none in time.
 *
 * @example
 * const order = await bodyOf(backOfficeClient(api).GET("/orders/{orderId}", { params: { path: { orderId } } }));
 */
export async function bodyOf<Body>(response: Promise<{ data?: Body }>): Promise<Body> {
  return (await response).data as Body; // what has none has thrown
}

/**
 * Reads a list page by page, for as long as the caller wants more.
 *
 * @param read - Reads the page at a cursor; without one, the first.
 * @param from - Where to begin.
 */
export async function* pages<Page extends { nextCursor?: string }>(
  read: (from: { cursor?: string }) => Promise<Page>,
  from: { cursor?: string } = {},
): AsyncGenerator<Page> {
  for (let next = from; ; ) {
    const page = await read(next);
    yield page;
    if (page.nextCursor === undefined) return;
    next = { cursor: page.nextCursor };
  }
}

/** Reads all pages of a list. The parameters are those of {@link pages}. */
export async function allPages<Page extends { nextCursor?: string }>(
  ...list: Parameters<typeof pages<Page>>
): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of pages(...list)) all.push(page);
  return all;
}

function clientOf<Paths extends object>({ url, key }: Api): Client<Paths> {
  const client = createClient<Paths>({
    baseUrl: url,
    headers: { "x-api-key": key },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) }),
  });
  client.use({
    async onResponse({ request, response }) {
      const text = await response.clone().text();
      const json = parsed(text);
      if (response.ok && json !== undefined) return;
      const path = request.url.slice(url.length);
      const message = `${request.method} ${path} answered ${response.status}: ${text.slice(0, MAX_SHOWN)}`;
      const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
      throw new ApiError(message, response.status, isProblem ? (json as ProblemDocument) : undefined);
    },
  });
  return client;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
