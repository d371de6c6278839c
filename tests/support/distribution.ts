import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** What a distribution answered. */
export interface Served {
  status: number | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

/**
 * Asks the emulator's CloudFront for a file. Not every resolver knows the names below localhost that distributions have
 * there, and the emulator has no TLS: a header says how the browser came.
 *
 * @param domain - The distribution's domain name, with the emulator's port.
 */
export async function askDistribution(domain: string, path: string, protocol: "http" | "https"): Promise<Served> {
  const port = domain.split(":").at(-1);
  const request = get({ port, host: "127.0.0.1", path, headers: { host: domain, "x-forwarded-proto": protocol } });
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}
