import { Agent, request } from "node:http";
import type { Api } from "../../stacks/api-client.ts";

/** A response, and how long it took. */
interface TimedResponse<T> {
  body: T;
  /** Milliseconds from the first byte sent to the last byte read, on an open connection. */
  ms: number;
}

const agent = new Agent({ keepAlive: true });

/**
 * Sends a request with as little client code as possible, and times it.
 *
 * @throws Error if the response is not 2xx.
 */
export function timedCall<T>(
  { url, key }: Api,
  method: string,
  path: string,
  body?: string,
): Promise<TimedResponse<T>> {
  const headers = { "x-api-key": key, ...(body && { "content-type": "application/json" }) };
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const sent = request(url + path, { method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const ms = performance.now() - start;
        const text = Buffer.concat(chunks).toString();
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve({ body: JSON.parse(text) as T, ms });
        else reject(new Error(`${method} ${path} returned ${statusCode}: ${text}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
