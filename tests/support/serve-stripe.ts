import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { pick } from "es-toolkit";
import { functionName, preload } from "./functions.ts";
import type { TestStack } from "./stack.ts";
import type { StripeDouble } from "./stripe-double.ts";

/** Sends a function's requests to Stripe to a double. Runs before the function's own code. */
const REDIRECTION = `data:text/javascript,${encodeURIComponent(`
  import http from "node:http";
  import https from "node:https";
  import { syncBuiltinESMExports } from "node:module";
  const { hostname, port } = new URL(process.env.STRIPE_DOUBLE);
  const { request } = https;
  https.request = (options, ...rest) =>
    options.host === "api.stripe.com"
      ? http.request({ ...options, host: hostname, port, agent: undefined }, ...rest)
      : request(options, ...rest);
  syncBuiltinESMExports();
`)}`;

/**
 * Lets functions of a stack call a double of Stripe's API, until the stack is destroyed.
 *
 * @param handlers - The functions' handlers, by file name.
 * @param validator - Base URL of a server that must accept every request, too. Default none.
 * @returns Why requests failed, as they fail.
 */
export async function serveStripe(
  double: StripeDouble,
  handlers: readonly string[],
  stack: TestStack,
  validator?: string,
): Promise<string[]> {
  const failures: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await forward(incoming, double, validator);
      const body = JSON.stringify(await response.toJSON());
      outgoing.writeHead(response.getStatusCode(), { "content-type": "application/json" }).end(body);
    } catch (error) {
      failures.push(String(error));
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.ended.addEventListener("abort", () => {
    server.close();
    server.closeAllConnections();
  });
  const STRIPE_DOUBLE = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const handler of handlers)
    await preload(await functionName(handler, stack.awsClient), REDIRECTION, { STRIPE_DOUBLE }, stack);
  return failures;
}

async function forward(incoming: IncomingMessage, double: StripeDouble, validator: string | undefined) {
  const { method = "", url = "" } = incoming;
  const headers = pick(incoming.headers, ["authorization", "content-type", "idempotency-key", "stripe-version"]);
  const body = await text(incoming);
  const client = double.httpClient(validator);
  return client.makeRequest(
    "api.stripe.com",
    "443",
    url,
    method,
    headers as Record<string, string>,
    body,
    "https",
    60_000,
  );
}
