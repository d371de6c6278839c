/** One instance of the API, and its key. */
export interface Api {
  url: string;
  key: string;
}

/**
 * Asks an instance of the API.
 *
 * @param body - Sent as JSON.
 * @returns The body of the answer.
 * @throws Error for every answer that is not 2xx.
 */
export async function call<T>({ url, key }: Api, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(url + path, {
    method,
    headers: { "x-api-key": key, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as T;
}
