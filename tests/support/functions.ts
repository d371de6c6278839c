import { type FunctionConfiguration, InvokeCommand, LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import type { TestStack } from "./stack.ts";

/** All functions of an emulator, or of an account. */
export async function deployedFunctions(awsClient: TestStack["awsClient"]): Promise<FunctionConfiguration[]> {
  const all: FunctionConfiguration[] = [];
  const client = new LambdaClient(awsClient);
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) all.push(...Functions);
  return all;
}

/** Whether a function is that of a handler, by the name of the handler's file. */
export function isOf(handler: string, { FunctionName = "" }: FunctionConfiguration): boolean {
  return FunctionName.includes(`${handler}-function`);
}

/** The deployed function of a handler. @throws Error if there is none. */
export async function deployedFunction(
  handler: string,
  awsClient: TestStack["awsClient"],
): Promise<FunctionConfiguration> {
  const found = (await deployedFunctions(awsClient)).find((fn) => isOf(handler, fn));
  if (!found) throw new Error(`The stack has no function of the handler ${handler}.`);
  return found;
}

/** The deployed name of a handler's function. */
export async function functionNamed(handler: string, awsClient: TestStack["awsClient"]): Promise<string> {
  return (await deployedFunction(handler, awsClient)).FunctionName ?? "";
}

/** Calls a handler's function, as its schedule would. @returns What it answered. */
export async function invoke<T>(handler: string, { awsClient }: TestStack): Promise<T> {
  const FunctionName = await functionNamed(handler, awsClient);
  const { FunctionError, Payload } = await new LambdaClient(awsClient).send(new InvokeCommand({ FunctionName }));
  const answer = new TextDecoder().decode(Payload);
  if (FunctionError) throw new Error(`${handler} failed: ${answer}`);
  return JSON.parse(answer) as T;
}
