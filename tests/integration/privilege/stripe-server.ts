import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { StripeDouble } from "../../support/stripe-double.ts";

/** Serves a double of Stripe on a free port, for deployed functions. */
export async function serveStripe(double: StripeDouble): Promise<{ server: Server; port: number }> {
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const made = await double
      .httpClient()
      .makeRequest(
        "api.stripe.com",
        "443",
        url,
        method as "GET",
        headers as Record<string, string>,
        await text(request),
        "https",
        10_000,
      );
    response.writeHead(made.getStatusCode(), { "Content-Type": "application/json" });
    response.end(JSON.stringify(await made.toJSON()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}
