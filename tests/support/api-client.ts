/** An answer of the API. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The JSON of the body, or its text where it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape, wrong ones too.
  body: any;
}

/** A client of one API instance, which sends its key with every request. */
export class ApiClient {
  readonly url: string;
  readonly key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  get(path: string): Promise<Answer> {
    return this.request("GET", path);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request("POST", path, body, headers);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.request("PUT", path, body);
  }

  /** @param body - Sent as it is when it is a string, else as JSON. */
  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { "x-api-key": this.key, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: jsonOrText(text) };
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
