import { Lambda } from "@aws-sdk/client-lambda";
import type { TestStack } from "./stack.ts";

/**
 * Has a deployed function load a module before its own code (`node --import`), from its next process on.
 *
 * @param module - Its URL.
 * @param variables - What the function's environment has for it.
 */
export async function preload(
  FunctionName: string,
  module: string,
  variables: Record<string, string>,
  { awsClient }: TestStack,
): Promise<void> {
  const lambda = new Lambda(awsClient);
  const { Environment } = await lambda.getFunctionConfiguration({ FunctionName });
  const before = Environment?.Variables ?? {};
  const NODE_OPTIONS = `${before.NODE_OPTIONS ?? ""} --import ${module}`;
  await lambda.updateFunctionConfiguration({
    FunctionName,
    Environment: { Variables: { ...before, ...variables, NODE_OPTIONS } },
  });
}
