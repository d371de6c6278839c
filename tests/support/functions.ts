import { InvokeCommand, LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import type { TestStack } from "./stack.ts";

/** The deployed name of a handler's function, by the name of the handler's file. */
export async function functionNamed(handler: string, awsClient: TestStack["awsClient"]): Promise<string> {
  for await (const { Functions = [] } of paginateListFunctions({ client: new LambdaClient(awsClient) }, {})) {
    const found = Functions.find(({ FunctionName }) => FunctionName?.includes(`${handler}-function`));
    if (found?.FunctionName) return found.FunctionName;
  }
  throw new Error(`The stack has no function of the handler ${handler}.`);
}

/** Calls a handler's function, as its schedule would. @returns What it answered. */
export async function invoke<T>(handler: string, { awsClient }: TestStack): Promise<T> {
  const FunctionName = await functionNamed(handler, awsClient);
  const { FunctionError, Payload } = await new LambdaClient(awsClient).send(new InvokeCommand({ FunctionName }));
  const answer = new TextDecoder().decode(Payload);
  if (FunctionError) throw new Error(`${handler} failed: ${answer}`);
  return JSON.parse(answer) as T;
}
