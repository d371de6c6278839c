import { join } from "node:path";
import { currentRules, readStateMachine } from "../../../../../tools/cost/simulation/cases.ts";
import type { Rules } from "../../../../../tools/cost/simulation/shop.ts";

/**
 * The rules of version 0.1: its state machine, 40 invocations of each function at the same time in its prod stage, no queue of
 * payments, transactions for the stock, and a sweeper that restarted 100 orders a minute.
 */
export function rulesOfVersion01(): Rules {
  const { paymentRatePerSecond: _, ...rules } = currentRules();
  return {
    ...rules,
    machine: readStateMachine(join(import.meta.dirname, "order-workflow-0.1.asl.json")),
    concurrency: { limit: 40, of: "each" },
    restarts: { perSecond: 100, perSweep: 100 },
    transactionAttempts: 5,
  };
}
