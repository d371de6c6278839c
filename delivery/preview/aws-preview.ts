import { randomBytes } from "node:crypto";
import { Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { project, toEngineConfig } from "../../local/engine/stack-folder.ts";
import { despiteLock, openAwsWorkspace, removeAwsStack } from "../../stacks/aws.ts";
import { plainOutputs } from "../../stacks/record.ts";
import type { Preview } from "./preview-stack.ts";

/**
 * A preview in the account of the environment's credentials, deployed by the official CLI with the official provider. Its
 * state is in the backend that the CLI is logged in to.
 */
export function awsPreview(name: string): Preview {
  return {
    async up(config, signal) {
      const region = process.env.AWS_REGION;
      if (!region) throw new Error("A preview on AWS needs AWS_REGION: the region to deploy it to.");
      const workspace = await openAwsWorkspace();
      const settings = Object.entries(toEngineConfig(config)).map(([key, value]) => [`${project.name}:${key}`, value]);
      const { secretsProvider } = workspace;
      await workspace.saveStackSettings(name, {
        ...(secretsProvider !== undefined && { secretsProvider }),
        ...(await workspace.stackSettings(name).catch(() => ({}))),
        config: { ...Object.fromEntries(settings), "aws:region": region },
      });
      const stack = await Stack.createOrSelect(name, workspace);
      // A new one each time: that of the last deployment went with the machine it ran on.
      await stack.setConfig("cursorSecret", { value: randomBytes(32).toString("hex"), secret: true });
      const { outputs } = await despiteLock(stack, () => stack.up({ onOutput, signal }));
      return plainOutputs(outputs);
    },
    async down(signal) {
      try {
        // Asks for this stack only: a list of all reads the state of each.
        const stack = await Stack.select(name, await openAwsWorkspace());
        await despiteLock(stack, () => removeAwsStack(stack, onOutput, signal));
        return true;
      } catch (error) {
        if (error instanceof StackNotFoundError) return false;
        throw error;
      }
    },
  };
}

function onOutput(text: string): void {
  process.stdout.write(text);
}
