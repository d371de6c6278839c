import { setTimeout } from "node:timers/promises";
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
  /** Seconds after which the request may be repeated, if the response says so. */
  readonly retryAfter: number | undefined;

  constructor(message: string, status: number, problem?: ProblemDocument, retryAfter?: number) {
    super(message);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
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

/** The API says to wait a second, so this is half a minute. */
const MAX_ATTEMPTS = 30;

/**
 * Repeats a request for as long as the API says when to (429 or 503, with `Retry-After`).
 *
 * @param send - Makes a request that may arrive twice: a 503 doesn't say that nothing happened.
 * @throws What `send` throws otherwise, or at the 30th time.
 */
export async function whileBusy<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const isBusy = error instanceof ApiError && [429, 503].includes(error.status);
      if (!isBusy || error.retryAfter === undefined || attempt === MAX_ATTEMPTS) throw error;
      await setTimeout(error.retryAfter * 1_000);
    }
  }
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
      const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
      throw new ApiError(
        message,
        response.status,
        isProblem ? (json as ProblemDocument) : undefined,
        Number.isNaN(retryAfter) ? undefined : retryAfter,
      );
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
