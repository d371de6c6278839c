import { openTestStack } from "../support/stack.ts";
import { EMULATION, runRound } from "./campaign.ts";
import { brokenInvariants } from "./invariants.ts";
import { createPlan, describePlan, type Plan } from "./plan.ts";
import { Summary } from "./summary.ts";

/** What to run. */
interface CampaignOptions {
  /** Seed of the first round; the next rounds take the numbers after it. Default: random. */
  seed?: number;
  /** For how long to start new rounds. With the wait for the final state, a round of 45 seconds takes about two minutes. */
  minutes: number;
  /** For how long each round places orders. */
  seconds: number;
}

/**
 * Places random orders under random faults, round by round, and checks the system's guarantees after each.
 *
 * @throws Error that names the rounds in which an invariant was broken.
 */
export async function campaign(options: CampaignOptions, signal: AbortSignal): Promise<void> {
  const { seed: first = Math.floor(Math.random() * 1_000_000), minutes, seconds } = options;
  const end = Date.now() + minutes * 60_000;
  const total = new Summary();
  const failures: string[] = [];

  for (let seed = first; seed === first || Date.now() < end; seed++) {
    const plan = createPlan(seed, seconds);
    console.log(describePlan(plan).join("\n"));
    const broken = await runOnOwnStack(plan, total, signal);
    signal.throwIfAborted();
    console.log(broken.length === 0 ? "  No invariant is broken." : broken.map((line) => `  ✖ ${line}`).join("\n"));
    if (broken.length > 0) failures.push(`./orders campaign --seed ${seed} --minutes 1 --seconds ${seconds}`);
  }
  console.log([`All ${total.rounds} rounds:`, ...total.lines()].join("\n"));
  if (failures.length > 0)
    throw new Error(`Invariants were broken. To run these rounds again:\n${failures.join("\n")}`);
}

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
