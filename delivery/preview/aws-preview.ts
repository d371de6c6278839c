import { openAwsStack, removeAwsStack } from "../../stacks/aws.ts";
import type { Preview } from "./preview-stack.ts";

/** A preview in the AWS account of the environment's credentials. */
export function awsPreview(name: string): Preview {
  return {
    up: async (config, signal) => (await openAwsStack(name, config, { onOutput, signal })).outputs,
    down: (signal) => removeAwsStack(name, { onOutput, signal }),
  };
}

function onOutput(text: string): void {
  process.stdout.write(text);
}
