import type { Api } from "../../stacks/api-client.ts";
import { openEphemeralStack } from "../../stacks/ephemeral.ts";
import { setDeliveries } from "../../stacks/event-source-mappings.ts";
import type { OpenStack, Stack } from "../../stacks/stack.ts";
import program from "./program.ts";

/**
 * Deploys a stack to measure: the order system, and the floor beside it. Its transactions take no time, so that figures stay
 * comparable with those of earlier versions.
 */
export function openBenchStack(name: string, signal: AbortSignal): Promise<OpenStack> {
  return openEphemeralStack(name, { signal, emulation: { transactionMs: 0 }, source: { program } });
}

/** The floor's API, which only the bench's program deploys. */
export function floorOf({ outputs: { floorUrl = "", floorKey = "" } }: Stack): Api {
  return { url: floorUrl, key: floorKey };
}

/**
 * Stops the fulfilment of orders, which then wait until the stack is destroyed: each takes many function calls, which on a
 * single machine would distort the measurements.
 */
export function stopFulfilment({ awsClient }: Stack): Promise<void> {
  return setDeliveries(false, awsClient);
}
