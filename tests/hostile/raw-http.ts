import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import type { ApiClient, ApiResponse } from "../support/api-client.ts";

/** A request sent byte by byte: HTTP clients would normalise it or refuse to send it. */
export interface RawRequest {
  method?: string;
  /** Relative to the API's URL. Each character is sent as one byte, as in the headers. */
  path?: string;
  /** Overrides of the default headers; undefined omits one. */
  headers?: Record<string, string | undefined>;
  body?: string | Buffer;
}

/** Sends a request with the client's key. */
export async function send({ url, key }: ApiClient, request: RawRequest): Promise<ApiResponse> {
  const { method = "POST", path = "/orders", headers = {}, body = "" } = request;
  const { hostname, port, pathname } = new URL(url);
  const bytes = Buffer.from(body);
  const all = {
    Host: `${hostname}:${port}`,
    Connection: "close",
    "x-api-key": key,
    "Content-Type": "application/json",
    "Content-Length": String(bytes.length),
    ...headers,
  };
  const fields = Object.entries(all).filter(([, value]) => value !== undefined);
  const head = [`${method} ${pathname}${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""];
  const socket = connect(Number(port), hostname);
  socket.end(Buffer.concat([Buffer.from(head.join("\r\n"), "latin1"), bytes]));
  return parseResponse(await buffer(socket));
}

function parseResponse(bytes: Buffer): ApiResponse {
  const end = bytes.indexOf("\r\n\r\n");
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const text = bytes.subarray(end + 4).toString();
  const headers = new Headers(fields);
  const isJson = /json/.test(headers.get("content-type") ?? "") && text !== "";
  return { status: Number(first.split(" ")[1]), headers, body: isJson ? JSON.parse(text) : text };
}
