import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Stack } from "../stacks/stack.ts";
import { localFolder, root } from "../tools/paths.ts";
import { runK6 } from "./k6.ts";
import { observe, untilFinal } from "./outcome.ts";
import { iterationsOf, type Plan } from "./plan.ts";
import { type Results, resultsOf, textOf } from "./results.ts";

/** How a load test reports. */
interface Reporting {
  /** Aborting it ends the run gracefully. */
  signal: AbortSignal;
  /** Hears each line of the report. */
  tell: (line: string) => void;
  /** Hears a line, again and again, while orders are not final; at last an empty one. */
  onProgress?: (line: string) => void;
}

/**
 * Load-tests a stack, and writes the results to `.orders/load/`.
 *
 * @param options - The plan, and the stack's name unless it is an ephemeral one.
 */
export async function load(
  { plan, stack: name }: { plan: Plan; stack?: string },
  stack: Stack,
  { signal, tell, onProgress = () => {} }: Reporting,
): Promise<Results> {
  const startedAt = new Date();
  const time = startedAt.toISOString().slice(0, 19).replaceAll(":", "-");
  const file = join(localFolder, "load", `${time}-${plan.profile}`);
  mkdirSync(join(localFolder, "load"), { recursive: true });
  const { storefront, backOffice } = stack;
  const where = name === undefined ? "an ephemeral stack" : `the stack ${name}`;
  const volume = `${iterationsOf(plan)} orders in ${plan.duration} s, up to ${plan.rate} a second`;
  tell(`Profile ${plan.profile}, scenario ${plan.scenario}: ${volume}, on ${where} at ${storefront.url}`);

  const run = { id: `load-${time}`, startedAt, plan, storefront, backOffice, summary: `${file}.json` };
  const summary = await runK6(run, `${file}.html`, signal);
  tell("Waiting until every order is final …");
  await untilFinal(stack, run, signal, (open) => onProgress(`${open} orders are not final yet …`));
  onProgress("");
  const results = resultsOf(plan, summary, {
    sent: counted("orders_sent"),
    accepted: counted("orders_accepted"),
    refused: counted("orders_refused"),
    ...(await observe(stack, run)),
  });

  writeFileSync(`${file}.json`, JSON.stringify({ ...results, k6: summary }, null, 2));
  tell(textOf(results));
  const report = existsSync(`${file}.html`) ? " and .html" : ""; // k6 writes no report on a very short run
  tell(`Results: ${relative(root, file)}.json${report}`);
  return results;

  function counted(metric: string): number {
    return summary.metrics[metric]?.values.count ?? 0;
  }
}
