import { type HostResponse, requestHost } from "./host-request.ts";

/**
 * Requests a file from the emulator's CloudFront, and passes the protocol in a header, because the emulator has no TLS.
 *
 * @param domain - The distribution's domain name, with the emulator's port.
 */
export function requestDistribution(domain: string, path: string, protocol: "http" | "https"): Promise<HostResponse> {
  const port = domain.split(":").at(-1);
  return requestHost(`http://127.0.0.1:${port}`, domain, path, { headers: { "x-forwarded-proto": protocol } });
}
