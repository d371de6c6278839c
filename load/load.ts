// npm run load -- --profile smoke: loads a stack with k6, then looks from outside whether every order that was accepted
// came to its end, and whether all sums are right. docs/load.md tells more.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { command } from "../local/commands/command.ts";
import { localFolder, root } from "../local/tools.ts";
import { readArguments, type Wanted } from "./arguments.ts";
import { runK6 } from "./k6.ts";
import { lookAt, untilFinal } from "./outcome.ts";
import { iterationsOf } from "./plan.ts";
import { resultsOf, textOf } from "./results.ts";
import { openTarget, type Target } from "./target.ts";

await command(async (signal) => {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted.stack === undefined) console.log("Deploying an ephemeral stack …");
  const target = await openTarget(wanted.stack, signal);
  try {
    await load(wanted, target, signal);
  } finally {
    await target.close();
  }
});

async function load({ plan, stack }: Wanted, target: Target, signal: AbortSignal): Promise<void> {
  const startedAt = new Date();
  const time = startedAt.toISOString().slice(0, 19).replaceAll(":", "-");
  const file = join(localFolder, "load", `${time}-${plan.profile}`);
  mkdirSync(join(localFolder, "load"), { recursive: true });
  const { storefront, backOffice } = target;
  const where = stack === undefined ? "an ephemeral stack" : `the stack ${stack}`;
  const most = `${iterationsOf(plan)} orders in ${plan.duration} s, up to ${plan.rate} a second`;
  console.log(`Profile ${plan.profile}, scenario ${plan.scenario}: ${most}, on ${where} at ${storefront.url}`);

  const run = { id: `load-${time}`, startedAt, plan, storefront, backOffice, summary: `${file}.json` };
  const summary = await runK6(run, `${file}.html`, signal);
  console.log("Waiting until every order is final …");
  await untilFinal(target, run, signal, showOpen);
  const results = resultsOf(plan, summary, {
    sent: counted("orders_sent"),
    accepted: counted("orders_accepted"),
    refused: counted("orders_refused"),
    ...(await lookAt(target, run)),
  });

  writeFileSync(`${file}.json`, JSON.stringify({ ...results, k6: summary }, null, 2));
  console.log(textOf(results));
  const report = existsSync(`${file}.html`) ? " and .html" : ""; // k6 writes none of a very short run
  console.log(`Results: ${relative(root, file)}.json${report}`);
  if (results.faults.length > 0) throw new Error(results.faults.join("\n"));

  function counted(metric: string): number {
    return summary.metrics[metric]?.values.count ?? 0;
  }
}

/** On a terminal only, on one line. */
function showOpen(open: number): void {
  if (process.stdout.isTTY) process.stdout.write(open === 0 ? "\r" : `\r  ${open} open … `);
}
