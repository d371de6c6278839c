import { openAwsStack, removeAwsStack } from "../../stacks/aws.ts";
import type { PreviewStack } from "./preview-stack.ts";

/** A preview in the AWS account of the environment's credentials. */
export function awsPreview(name: string): PreviewStack {
  return {
    up: async (config, signal) => (await openAwsStack(name, config, { onOutput, signal })).outputs,
    down: (signal) => removeAwsStack(name, { onOutput, signal }),
  };
}

function onOutput(text: string): void {
  process.stdout.write(text);
}
