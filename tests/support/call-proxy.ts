import { globSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { proxyFetch } from "httpxy";
import { root } from "../../tools/paths.ts";
import { deployedFunctions, preload } from "./functions.ts";
import type { TestStack } from "./stack.ts";

/** An AWS call by a function. */
export interface FunctionCall {
  /** The handler's file name. */
  handler: string;
  /** Of the function's process. */
  pid: number;
  /** IAM's prefix, e.g. `dynamodb`, `states`. */
  service: string;
  /** E.g. `GetItem`. */
  operation: string;
  body: string;
}

/** A service's response. */
export interface ServiceResponse {
  status: number;
  /** Content type. */
  type: string;
  body: string;
}

/**
 * Decides what the function gets: a response, a `broken` connection, or `silent`, no response ever.
 *
 * @param forward - Sends the call to the service, each time it is called.
 */
export type Interceptor = (
  call: FunctionCall,
  forward: () => Promise<ServiceResponse>,
) => Promise<ServiceResponse | "broken" | "silent">;

/**
 * Runs before a function's own code, because the emulator overrides AWS_ENDPOINT_URL in its environment. The SDK adds
 * AWS_SDK_UA_APP_ID to the user agent of every call.
 */
const REDIRECTION =
  "data:text/javascript,process.env.AWS_ENDPOINT_URL=process.env.PROXY_URL;" +
  "process.env.AWS_SDK_UA_APP_ID=process.env.PROXIED_HANDLER+'.'+process.pid";

/** Routes the AWS calls of a stack's functions through a proxy, until the stack is destroyed. */
export async function proxyCalls(stack: TestStack, intercept: Interceptor): Promise<void> {
  const { awsClient, ended } = stack;
  const PROXY_URL = await listen(awsClient.endpoint ?? "", intercept, ended);
  for (const { FunctionName = "" } of await deployedFunctions(awsClient)) {
    await preload(FunctionName, REDIRECTION, { PROXY_URL, PROXIED_HANDLER: handlerOf(FunctionName) }, stack);
  }
}

/** @returns The proxy's URL. */
async function listen(emulator: string, intercept: Interceptor, ended: AbortSignal): Promise<string> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await text(incoming);
      const result = await intercept(parseCall(incoming, body), () => forward(emulator, incoming, body));
      if (result === "broken") outgoing.socket?.resetAndDestroy();
      else if (result !== "silent") outgoing.writeHead(result.status, { "content-type": result.type }).end(result.body);
    } catch (error) {
      outgoing.destroy(error as Error); // a broken connection, as without the proxy
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ended.addEventListener("abort", () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Forwards host, path and body unchanged: the signature covers them. */
async function forward(
  emulator: string,
  { method = "", url, headers }: IncomingMessage,
  body: string,
): Promise<ServiceResponse> {
  const init = { method, headers: headers as Record<string, string>, ...(body !== "" && { body }) };
  const response = await proxyFetch(emulator, `${emulator}${url}`, init);
  const type = response.headers.get("content-type") ?? "application/octet-stream";
  return { status: response.status, type, body: await response.text() };
}

/** The user agent names the function, the signature's scope the service, a header or form field the operation. */
function parseCall({ headers }: IncomingMessage, body: string): FunctionCall {
  const [, handler = "", pid] = /\bapp\/([\w-]+)\.(\d+)/.exec(headers["user-agent"] ?? "") ?? [];
  const [, service = ""] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const target = headers["x-amz-target"];
  const operation = typeof target === "string" ? target.split(".").at(-1) : new URLSearchParams(body).get("Action");
  return { handler, pid: Number(pid), service, operation: operation ?? "", body };
}

const HANDLERS = globSync("*.ts", { cwd: join(root, "handlers") }).map((file) => basename(file, ".ts"));

/** The handler's file name, found in the name of its function or log group. */
export function handlerOf(name: string): string {
  return HANDLERS.find((handler) => name.replace(/-function.*$/, "").endsWith(handler)) ?? "";
}
