import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** A distribution's response. */
export interface DistributionResponse {
  status: number | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

/**
 * Requests a file from the emulator's CloudFront. Connects to loopback, because not every resolver knows the
 * distribution's subdomain of localhost, and passes the protocol in a header, because the emulator has no TLS.
 *
 * @param domain - The distribution's domain name, with the emulator's port.
 */
export async function requestDistribution(
  domain: string,
  path: string,
  protocol: "http" | "https",
): Promise<DistributionResponse> {
  const port = domain.split(":").at(-1);
  const request = get({ port, host: "127.0.0.1", path, headers: { host: domain, "x-forwarded-proto": protocol } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
