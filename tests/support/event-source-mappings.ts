import { setDeliveries } from "../../stacks/event-source-mappings.ts";
import { functionNamed } from "./functions.ts";
import type { TestStack } from "./stack.ts";

/** Lets a handler's function get what its event source has, or no longer. What comes meanwhile waits there. */
export async function setDelivery(handler: string, isOn: boolean, { awsClient }: TestStack): Promise<void> {
  await setDeliveries(isOn, awsClient, await functionNamed(handler, awsClient));
}
