import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { type FunctionCall, proxyCalls, type Reply } from "../../support/call-proxy.ts";
import type { TestStack } from "../../support/stack.ts";
import { CapacityMeter, type Taken } from "./capacity-meter.ts";

/** One call of AWS by a function. */
export interface Call extends Taken {
  /** The function, by its handler's file name. */
  handler: string;
  /** Service and operation, e.g. `dynamodb:GetItem`. */
  operation: string;
}

/**
 * Counts what a stack's functions ask AWS for: it stands between them and the emulator. Records reach functions one by
 * one meanwhile, so that the counts don't depend on how many happen to come together.
 */
export class CallCounter {
  /** All calls so far. */
  readonly calls: Call[] = [];
  readonly meter: CapacityMeter;

  private constructor(meter: CapacityMeter) {
    this.meter = meter;
  }

  /** Lets the stack's functions call AWS through a counter, until the stack is taken away. */
  static async install(stack: TestStack): Promise<CallCounter> {
    const counter = new CallCounter(await CapacityMeter.open(stack));
    await proxyCalls(stack, (call, forward) => counter.pass(call, forward));
    const lambda = new LambdaClient(stack.awsClient);
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    for (const { UUID } of EventSourceMappings) {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 1 }));
    }
    return counter;
  }

  /** Passes a request on, and counts it if it is the function's own. */
  private async pass(call: FunctionCall, forward: () => Promise<Reply>): Promise<Reply> {
    const { handler, service, body } = call;
    // On AWS, CloudWatch makes metrics of log lines by itself, and the payment gateway is another company.
    if (service === "monitoring" || body.includes('"GATEWAY#')) return forward();
    const operation = `${service}:${call.operation}`;
    const { answer, ...taken } = await this.meter.measure(operation, body, forward);
    this.calls.push({ handler, operation, ...taken });
    return answer;
  }
}
