import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

/** A response of a host. */
export interface HostResponse {
  status: number | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

interface HostRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Requests from the emulator what it serves under a host name, whatever that name resolves to. */
export async function requestHost(
  endpoint: string,
  host: string,
  path: string,
  { method = "GET", headers = {}, body = "" }: HostRequest = {},
): Promise<HostResponse> {
  const sent = request(new URL(path, endpoint), { method, headers: { ...headers, host } });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
