import { globSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { proxyFetch } from "httpxy";
import { root } from "../../tools/paths.ts";
import { deployedFunctions } from "./functions.ts";
import { preload } from "./preload.ts";
import type { TestStack } from "./stack.ts";

/** One call of AWS by a function. */
export interface FunctionCall {
  /** The function, by its handler's file name. */
  handler: string;
  /** The process that it runs in. */
  pid: number;
  /** As IAM calls it, e.g. `dynamodb`, `states`. */
  service: string;
  /** E.g. `GetItem`. */
  operation: string;
  body: string;
}

/** What a service answers. */
export interface Reply {
  status: number;
  type: string;
  body: string;
}

/**
 * Says what comes of a call. `broken`: its connection breaks; `silent`: nothing ever comes back.
 *
 * @param forward - Lets the call through to the service, each time it is called.
 */
export type Passage = (call: FunctionCall, forward: () => Promise<Reply>) => Promise<Reply | "broken" | "silent">;

/**
 * Run before a function's own code: the emulator sets AWS_ENDPOINT_URL whatever the function's environment says. What is in
 * AWS_SDK_UA_APP_ID, the SDK sends with every call.
 */
const REDIRECTION =
  "data:text/javascript,process.env.AWS_ENDPOINT_URL=process.env.PROXY_URL;" +
  "process.env.AWS_SDK_UA_APP_ID=process.env.PROXIED_HANDLER+'.'+process.pid";

/** Lets the stack's functions call AWS through a proxy, until the stack is taken away. */
export async function proxyCalls(stack: TestStack, pass: Passage): Promise<void> {
  const { awsClient, ended } = stack;
  const PROXY_URL = await listen(awsClient.endpoint ?? "", pass, ended);
  for (const { FunctionName = "" } of await deployedFunctions(awsClient)) {
    await preload(FunctionName, REDIRECTION, { PROXY_URL, PROXIED_HANDLER: handlerOf(FunctionName) }, stack);
  }
}

async function listen(emulator: string, pass: Passage, ended: AbortSignal): Promise<string> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await text(incoming);
      const reply = await pass(callOf(incoming, body), () => forward(emulator, incoming, body));
      if (reply === "broken") outgoing.socket?.resetAndDestroy();
      else if (reply !== "silent") outgoing.writeHead(reply.status, { "content-type": reply.type }).end(reply.body);
    } catch (error) {
      outgoing.destroy(error as Error); // the function sees what it would without us: a broken connection
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ended.addEventListener("abort", () => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** With host, path and body as they are, which are signed. */
async function forward(emulator: string, { method = "", url, headers }: IncomingMessage, body: string): Promise<Reply> {
  const init = { method, headers: headers as Record<string, string>, ...(body !== "" && { body }) };
  const answer = await proxyFetch(emulator, `${emulator}${url}`, init);
  const type = answer.headers.get("content-type") ?? "application/octet-stream";
  return { status: answer.status, type, body: await answer.text() };
}

/** Function by the user agent, service by the signature's scope, operation by the protocol's header or form field. */
function callOf({ headers }: IncomingMessage, body: string): FunctionCall {
  const [, handler = "", pid] = /\bapp\/([\w-]+)\.(\d+)/.exec(headers["user-agent"] ?? "") ?? [];
  const [, service = ""] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const target = headers["x-amz-target"];
  const operation = typeof target === "string" ? target.split(".").at(-1) : new URLSearchParams(body).get("Action");
  return { handler, pid: Number(pid), service, operation: operation ?? "", body };
}

const HANDLERS = globSync("*.ts", { cwd: join(root, "handlers") }).map((file) => basename(file, ".ts"));

/** The handler's file name of a function or log group, which have it at the end of their names. */
export function handlerOf(name: string): string {
  return HANDLERS.find((handler) => name.replace(/-function.*$/, "").endsWith(handler)) ?? "";
}
