import { globSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  paginateListFunctions,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { root } from "../../local/tools.ts";
import { CapacityMeter, type Taken } from "./capacity-meter.ts";
import type { TestStack } from "./stack.ts";

/** One call of AWS by a function. */
export interface Call extends Taken {
  /** The function, by its handler's file name. */
  handler: string;
  /** Service and operation, e.g. `dynamodb:GetItem`. */
  operation: string;
}

/** Run before a function's own code: the emulator sets this variable whatever the function's environment says. */
const REDIRECTION = "data:text/javascript,process.env.AWS_ENDPOINT_URL=process.env.COUNTER_URL";

/**
 * Counts what a stack's functions ask AWS for: it stands between them and the emulator. Records reach functions one by
 * one meanwhile, so that the counts don't depend on how many happen to come together.
 */
export class CallCounter {
  /** All calls so far. */
  readonly calls: Call[] = [];
  readonly meter: CapacityMeter;
  private readonly emulator: URL;

  private constructor(meter: CapacityMeter, emulator: URL) {
    this.meter = meter;
    this.emulator = emulator;
  }

  /** Lets the stack's functions call AWS through a counter, until the stack is taken away. */
  static async install(stack: TestStack): Promise<CallCounter> {
    const { awsClient, ended } = stack;
    const counter = new CallCounter(await CapacityMeter.open(stack), new URL(awsClient.endpoint ?? ""));
    const lambda = new LambdaClient(awsClient);
    for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
      for (const { FunctionName = "" } of Functions) {
        const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
        const Variables = {
          ...Environment?.Variables,
          NODE_OPTIONS: `${Environment?.Variables?.NODE_OPTIONS} --import ${REDIRECTION}`,
          COUNTER_URL: await counter.listen(handlerOf(FunctionName), ended),
        };
        await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
      }
    }
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    for (const { UUID } of EventSourceMappings) {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 1 }));
    }
    return counter;
  }

  /** Takes the calls of one function. A port for each tells them apart: requests are signed with host and path. */
  private async listen(handler: string, ended: AbortSignal): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      this.pass(handler, incoming)
        .then(({ status, type, body }) => outgoing.writeHead(status, { "content-type": type }).end(body))
        .catch((error: Error) => outgoing.writeHead(500).end(error.message));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ended.addEventListener("abort", () => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Passes a request on, and counts it if it is the function's own. */
  private async pass(handler: string, incoming: IncomingMessage) {
    const body = await text(incoming);
    const operation = operationOf(incoming, body);
    const send = () => this.send(incoming, body);
    // On AWS, CloudWatch makes metrics of log lines by itself, and the payment gateway is another company.
    if (operation.startsWith("monitoring:") || body.includes('"GATEWAY#')) return send();
    const { answer, ...taken } = await this.meter.measure(operation, body, send);
    this.calls.push({ handler, operation, ...taken });
    return answer;
  }

  private async send({ method, url: path, headers }: IncomingMessage, body: string) {
    const { hostname, port } = this.emulator;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ hostname, port, method, path, headers }, resolve).on("error", reject).end(body);
    });
    const { statusCode: status = 500, headers: answered } = answer;
    return { status, type: answered["content-type"] ?? "application/octet-stream", body: await text(answer) };
  }
}

const HANDLERS = globSync("*.ts", { cwd: join(root, "handlers") }).map((file) => basename(file, ".ts"));

/** The handler's file name of a function or log group, which have it at the end of their names. */
export function handlerOf(name: string): string {
  return HANDLERS.find((handler) => name.replace(/-function.*$/, "").endsWith(handler)) ?? "";
}

/** Service by the signature's scope, operation by the protocol's header or form field. */
function operationOf({ headers }: IncomingMessage, body: string): string {
  const [, service = "unknown"] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const target = headers["x-amz-target"];
  const operation = typeof target === "string" ? target.split(".").at(-1) : new URLSearchParams(body).get("Action");
  return `${service}:${operation ?? "unknown"}`;
}
