import type { Api } from "../../stacks/api-client.ts";
import { type EphemeralStack, openEphemeralStack } from "../../stacks/ephemeral.ts";
import { setDeliveries } from "../../stacks/event-source-mappings.ts";
import program from "./program.ts";

/** A stack to measure: the order system, and the floor beside it. */
export interface BenchStack extends EphemeralStack {
  backOffice: Api;
  storefront: Api;
  floor: Api;
}

/** Deploys a stack with the floor on an emulator of its own. */
export async function openBenchStack(name: string, signal: AbortSignal): Promise<BenchStack> {
  const stack = await openEphemeralStack(name, {}, {}, signal, { program });
  const api = (name: string) => ({ url: stack.outputs[`${name}Url`] ?? "", key: stack.outputs[`${name}Key`] ?? "" });
  return { ...stack, backOffice: api("api"), storefront: api("storefront"), floor: api("floor") };
}

/**
 * Lets orders be fulfilled, or no longer: that takes many calls of functions for each, and on one machine they would disturb
 * whatever is measured at the same time. What comes meanwhile waits.
 */
export function setFulfilment(isOn: boolean, { awsClient }: BenchStack): Promise<void> {
  return setDeliveries(isOn, awsClient);
}
