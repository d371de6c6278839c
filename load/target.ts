import { randomBytes } from "node:crypto";
import { openEphemeralStack } from "../stacks/ephemeral.ts";
import { type DeployedStack, findDeployedStack, stackOf } from "../stacks/find.ts";

/** A stack to load. */
export interface Target extends DeployedStack {
  /** Takes away what was made for the run. */
  close(): Promise<void>;
}

/**
 * Finds a stack, or makes an ephemeral one where none is named.
 *
 * @throws Error, a sentence, where it isn't there or can't be asked for its outputs.
 */
export async function openTarget(name: string | undefined, signal: AbortSignal): Promise<Target> {
  if (name !== undefined) return { ...(await findDeployedStack(name)), close: async () => {} };
  const ephemeral = `load-${randomBytes(4).toString("hex")}`;
  const { outputs, awsClient, destroy } = await openEphemeralStack(ephemeral, {}, {}, signal);
  return { ...stackOf(ephemeral, outputs, awsClient), close: destroy };
}
