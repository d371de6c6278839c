import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import {
  type FunctionConfiguration,
  InvokeCommand,
  Lambda,
  LambdaClient,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import { sumBy } from "es-toolkit";
import { setDeliveries } from "../../stacks/event-source-mappings.ts";
import type { TestStack } from "./stack.ts";

/** All functions of an emulator or account. */
export async function deployedFunctions(awsClient: TestStack["awsClient"]): Promise<FunctionConfiguration[]> {
  const all: FunctionConfiguration[] = [];
  const client = new LambdaClient(awsClient);
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) all.push(...Functions);
  return all;
}

/** Whether a function runs this handler. @param handler - The handler's file name, as everywhere in this file. */
export function isOf(handler: string, { FunctionName = "" }: FunctionConfiguration): boolean {
  return FunctionName.includes(`${handler}-function`);
}

/** The deployed function of a handler. @throws Error if there is none. */
export async function deployedFunction(
  handler: string,
  awsClient: TestStack["awsClient"],
): Promise<FunctionConfiguration> {
  const found = (await deployedFunctions(awsClient)).find((fn) => isOf(handler, fn));
  if (!found) throw new Error(`The stack has no function for the handler ${handler}.`);
  return found;
}

/** The deployed name of a handler's function. */
export async function functionName(handler: string, awsClient: TestStack["awsClient"]): Promise<string> {
  return (await deployedFunction(handler, awsClient)).FunctionName ?? "";
}

/** Invokes a handler's function without an event, as its schedule does. @returns Its result. */
export async function invoke<T>(handler: string, { awsClient }: TestStack): Promise<T> {
  const FunctionName = await functionName(handler, awsClient);
  const { FunctionError, Payload } = await new LambdaClient(awsClient).send(new InvokeCommand({ FunctionName }));
  const result = new TextDecoder().decode(Payload);
  if (FunctionError) throw new Error(`${handler} failed: ${result}`);
  return JSON.parse(result) as T;
}

/**
 * Lets Lambda throttle all calls of a handler's function during an action.
 *
 * @param action - Gets a function that counts the function's throttled calls so far, earlier ones included.
 */
export async function whileThrottled<T>(
  handler: string,
  { awsClient }: TestStack,
  action: (throttles: () => Promise<number>) => Promise<T>,
): Promise<T> {
  const FunctionName = await functionName(handler, awsClient);
  const lambda = new Lambda(awsClient);
  const cloudwatch = new CloudWatch(awsClient);
  const throttles = async () => {
    const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
      ...{ Namespace: "AWS/Lambda", MetricName: "Throttles", Period: 60, Statistics: ["Sum"] },
      ...{ StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 60_000) },
      Dimensions: [{ Name: "FunctionName", Value: FunctionName }],
    });
    return sumBy(Datapoints, ({ Sum = 0 }) => Sum);
  };
  await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 0 });
  return action(throttles).finally(() => lambda.deleteFunctionConcurrency({ FunctionName }));
}

/** Turns the event source of a handler's function on or off. While it is off, messages and records wait there. */
export async function setEventSource(handler: string, isOn: boolean, { awsClient }: TestStack): Promise<void> {
  await setDeliveries(isOn, awsClient, await functionName(handler, awsClient));
}

/**
 * Makes a deployed function load a module before its own code (`node --import`), from its next process on.
 *
 * @param module - The module's URL.
 * @param variables - Environment variables to add for it.
 */
export async function preload(
  FunctionName: string,
  module: string,
  variables: Record<string, string>,
  { awsClient }: TestStack,
): Promise<void> {
  const lambda = new Lambda(awsClient);
  const { Environment } = await lambda.getFunctionConfiguration({ FunctionName });
  const existing = Environment?.Variables ?? {};
  const NODE_OPTIONS = `${existing.NODE_OPTIONS ?? ""} --import ${module}`;
  await lambda.updateFunctionConfiguration({
    FunctionName,
    Environment: { Variables: { ...existing, ...variables, NODE_OPTIONS } },
  });
}
