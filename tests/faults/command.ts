// npm run test:faults -- --seed 7 --minutes 15: the fault campaign of docs/reliability.md.

import { wholeNumber } from "../../cli/arguments.ts";
import { command } from "../../cli/command.ts";
import { commandLine } from "../../cli/command-line.ts";
import { openTestStack } from "../support/stack.ts";
import { EMULATION, runRound } from "./campaign.ts";
import { brokenInvariants } from "./invariants.ts";
import { createPlan, describePlan, type Plan } from "./plan.ts";
import { Summary } from "./summary.ts";

/** For how long a round places orders by default. With the wait for the final state, it takes about two minutes. */
const ROUND_SECONDS = 45;

await command(async (signal) => {
  const {
    seed: first = Math.floor(Math.random() * 1_000_000),
    minutes,
    seconds,
  } = commandLine(
    "npm run test:faults --",
    "Places random orders under random faults, and checks the system's guarantees. See docs/reliability.md.",
  )
    .option("--seed <number>", "seed of the first round (default: random)", wholeNumber(0))
    .option("--minutes <number>", "for how long to start new rounds", wholeNumber(1), 1)
    .option("--seconds <number>", "for how long each round places orders", wholeNumber(1), ROUND_SECONDS)
    .parse()
    .opts<{ seed?: number; minutes: number; seconds: number }>();
  const end = Date.now() + minutes * 60_000;
  const total = new Summary();
  const failures: string[] = [];

  for (let seed = first; seed === first || Date.now() < end; seed++) {
    const plan = createPlan(seed, seconds);
    console.log(describePlan(plan).join("\n"));
    const broken = await runOnOwnStack(plan, total, signal);
    signal.throwIfAborted();
    console.log(broken.length === 0 ? "  No invariant is broken." : broken.map((line) => `  ✖ ${line}`).join("\n"));
    if (broken.length > 0) failures.push(`npm run test:faults -- --seed ${seed} --minutes 1 --seconds ${seconds}`);
  }
  console.log([`All ${total.rounds} rounds:`, ...total.lines()].join("\n"));
  if (failures.length > 0)
    throw new Error(`Invariants were broken. To run these rounds again:\n${failures.join("\n")}`);
});

/** Runs a round on a stack of its own. @returns The broken invariants, a sentence each. */
async function runOnOwnStack(plan: Plan, total: Summary, signal: AbortSignal): Promise<string[]> {
  const stack = await openTestStack(plan.config, EMULATION, signal);
  const interruption = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  try {
    const round = await Promise.race([runRound(stack, plan), interruption]);
    const summary = new Summary(round);
    total.add(summary);
    console.log(summary.lines().join("\n"));
    return brokenInvariants(round.state);
  } catch (error) {
    return [`The round could not be completed: ${(error as Error).message}`];
  } finally {
    await stack.destroy();
  }
}
