import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { PROBLEMS } from "../../domain/problem.ts";

/** A response of the API. */
export interface ApiResponse {
  status: number;
  headers: Headers;
  /** Parsed JSON, or text if the body is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of every shape, including wrong ones.
  body: any;
}

/** A client of one API instance that sends its key with every request. */
export class ApiClient {
  readonly url: string;
  readonly key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  get(path: string): Promise<ApiResponse> {
    return this.request("GET", path);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<ApiResponse> {
    return this.request("POST", path, body, headers);
  }

  put(path: string, body: unknown): Promise<ApiResponse> {
    return this.request("PUT", path, body);
  }

  /** @param body - A string is sent as it is, anything else as JSON. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiResponse> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { "x-api-key": this.key, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: jsonOrText(text) };
  }
}

/** Sends a request again for as long as a busy system answers 503, as clients do. Repeating it must do no harm. */
export async function unlessBusy(send: () => Promise<ApiResponse>): Promise<ApiResponse> {
  for (;;) {
    const response = await send();
    if (response.status !== 503) return response;
    await sleep(1_000 * Number(response.headers.get("retry-after") ?? 1));
  }
}

/**
 * Fails unless a response is one of the API's problems with this status, readable by pages of any origin.
 *
 * @param about - The request, for the failure's message.
 */
export function expectProblem({ status, headers, body }: ApiResponse, expected: number, about?: string): void {
  expect(status, `${about}: ${JSON.stringify(body)}`).to.equal(expected);
  expect(headers.get("content-type"), about).to.match(/^application\/problem\+json/);
  expect(headers.get("access-control-allow-origin"), about).to.equal("*");
  const kind = Object.values(PROBLEMS).find(({ type }) => type === body.type);
  expect(body, about).to.include({ ...kind, status: expected });
  expect(body.detail, about).to.be.a("string").that.is.not.empty;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
