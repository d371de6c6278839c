import { measureColdStarts } from "./cold-start/cold-start.ts";
import { fillOrders } from "./fill.ts";
import { stockCatalogue } from "./orders.ts";
import type { PartContext } from "./part.ts";
import { PARTS, type PartName } from "./part-names.ts";
import { measureDeployment } from "./parts/deployment.ts";
import { measureFulfilment } from "./parts/fulfilment.ts";
import { measureLatencies } from "./parts/latency.ts";
import { measureScale } from "./parts/scale.ts";
import { measureThroughput } from "./parts/throughput.ts";
import { FULL, type Plan, QUICK } from "./plan.ts";
import { newResults, type Parts, type Results } from "./results.ts";
import { openBenchStack, stopFulfilment } from "./stack.ts";

/** What to run. */
export interface RunOptions {
  only?: readonly PartName[];
  isQuick?: boolean;
  /** Overrides of the plan. */
  plan?: Partial<Plan>;
  signal: AbortSignal;
  /** Called with each part's progress. */
  onProgress?: (part: PartName, text: string) => void;
  /** Called with the results so far when a part is done. */
  onPart?: (part: PartName, results: Results) => void;
}

/** Measures the parts, one after another. */
export async function runBench({ only = PARTS, isQuick = false, plan, signal, ...on }: RunOptions): Promise<Results> {
  const results = newResults(isQuick);
  const contextOf = (part: PartName): PartContext => ({
    plan: { ...(isQuick ? QUICK : FULL), ...plan },
    progress: (text) => {
      signal.throwIfAborted();
      on.onProgress?.(part, text);
    },
    signal,
  });
  const measure = async <Name extends PartName>(part: Name, work: (context: PartContext) => Promise<Parts[Name]>) => {
    if (!only.includes(part)) return;
    signal.throwIfAborted();
    Object.assign(results, { [part]: await work(contextOf(part)) });
    on.onPart?.(part, results);
  };

  if (only.some((part) => ["fulfilment", "latency", "throughput"].includes(part))) {
    on.onProgress?.(only[0] ?? "latency", "deploying a stack");
    const stack = await openBenchStack("bench", signal);
    try {
      await stockCatalogue(stack);
      await measure("fulfilment", (context) => measureFulfilment({ ...context, stack }));
      await stopFulfilment(stack);
      await fillOrders(stack, contextOf("latency").plan.ordersListed);
      await measure("latency", (context) => measureLatencies({ ...context, stack }));
      await measure("throughput", (context) => measureThroughput({ ...context, stack }));
    } finally {
      await stack.destroy();
    }
  }
  await measure("scale", measureScale);
  await measure("coldStart", measureColdStarts);
  await measure("deployment", measureDeployment);
  return results;
}
