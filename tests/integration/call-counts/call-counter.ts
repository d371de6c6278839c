import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { type FunctionCall, proxyCalls, type ServiceResponse } from "../../support/call-proxy.ts";
import { deployedFunctions } from "../../support/functions.ts";
import type { TestStack } from "../../support/stack.ts";
import { CapacityMeter, type Consumption } from "./capacity-meter.ts";

/** An AWS call by a function. */
export interface Call extends Consumption {
  /** The handler's file name. */
  handler: string;
  /** Service and operation, e.g. `dynamodb:GetItem`. */
  operation: string;
}

/**
 * Counts the AWS calls of a stack's functions, with a proxy between them and the emulator. Sets all batch sizes to one,
 * so that the counts don't depend on how many records happen to arrive together.
 */
export class CallCounter {
  /** All calls so far. */
  readonly calls: Call[] = [];
  readonly meter: CapacityMeter;

  private constructor(meter: CapacityMeter) {
    this.meter = meter;
  }

  /** Counts the calls of a stack's functions until the stack is destroyed. */
  static async install(stack: TestStack): Promise<CallCounter> {
    const counter = new CallCounter(await CapacityMeter.open(stack));
    await proxyCalls(stack, (call, forward) => counter.intercept(call, forward));
    const lambda = new LambdaClient(stack.awsClient);
    // On a busy machine, a function that takes too long would be called again.
    for (const { FunctionName } of await deployedFunctions(stack.awsClient))
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 300 }));
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    for (const { UUID } of EventSourceMappings) {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 1 }));
    }
    return counter;
  }

  private async intercept(call: FunctionCall, forward: () => Promise<ServiceResponse>): Promise<ServiceResponse> {
    const { handler, service, body } = call;
    // On AWS, CloudWatch extracts metrics from log lines, and the payment gateway is another company's service.
    if (service === "monitoring" || body.includes('"GATEWAY#')) return forward();
    const operation = `${service}:${call.operation}`;
    const { response, ...consumption } = await this.meter.measure(operation, body, forward);
    this.calls.push({ handler, operation, ...consumption });
    return response;
  }
}
