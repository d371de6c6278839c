import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { plainOutputs } from "../../stacks/record.ts";
import { expiryAfter } from "../../stacks/stages.ts";
import type { Deployment } from "./stack.ts";

/** Longer than any suite takes. After that, a stack was left by a killed run, and `orders stacks reap` removes it. */
const LIFETIME_HOURS = 6;

const project = join(import.meta.dirname, "..", "..");

/**
 * Deploys the program as `pulumi up` does, with the official provider, to the account of the environment's credentials
 * and the region in `AWS_REGION`. Uses the state backend that the CLI is logged in to.
 */
export async function openAwsStack(name: string, config: Record<string, string>): Promise<Deployment> {
  const region = process.env.AWS_REGION;
  if (!region) throw new Error("ORDERS_TARGET=aws needs AWS_REGION, the region to deploy test stacks to: set it.");
  const stack = await LocalWorkspace.createStack({ stackName: name, workDir: project });
  const destroy = async () => {
    await stack.destroy();
    await stack.workspace.removeStack(name);
  };
  try {
    await stack.setConfig("aws:region", { value: region });
    await stack.setConfig("orders:expiry", { value: expiryAfter(LIFETIME_HOURS) });
    await stack.setConfig("orders:cursorSecret", { value: randomBytes(32).toString("hex"), secret: true });
    const deploy = async (config: Record<string, string>) => {
      for (const [key, value] of Object.entries(config)) {
        await stack.setConfig(`orders:${key}`, { value, secret: /secret/i.test(key) });
      }
      return plainOutputs((await stack.up()).outputs);
    };
    // CloudFront takes minutes to create and delete, and an account can have each SES identity only once.
    const outputs = await deploy({ siteDelivery: "bucket", createEmailIdentity: "false", ...config });
    const update = async (config: Record<string, string>) => void (await deploy(config));
    return { outputs, awsClient: { region }, update, destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}
