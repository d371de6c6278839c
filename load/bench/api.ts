import { Agent, request } from "node:http";
import type { Api } from "../../stacks/api-client.ts";

/** An answer, and how long it took. */
interface TimedAnswer<T> {
  body: T;
  /** Milliseconds from the first byte that is sent to the last that is read, on a connection that is open already. */
  ms: number;
}

const agent = new Agent({ keepAlive: true });

/**
 * Asks an instance of the API with as little of our own as can be.
 *
 * @throws Error for every answer that is not 2xx.
 */
export function timedCall<T>({ url, key }: Api, method: string, path: string, body?: string): Promise<TimedAnswer<T>> {
  const headers = { "x-api-key": key, ...(body && { "content-type": "application/json" }) };
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const sent = request(url + path, { method, headers, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const ms = performance.now() - start;
        const text = Buffer.concat(chunks).toString();
        const { statusCode = 0 } = answer;
        if (statusCode >= 200 && statusCode < 300) resolve({ body: JSON.parse(text) as T, ms });
        else reject(new Error(`${method} ${path} answered ${statusCode}: ${text}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
