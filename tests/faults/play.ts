import { openTestStack } from "../support/stack.ts";
import { EMULATION, runRound } from "./campaign.ts";
import { Figures } from "./figures.ts";
import { brokenPromises } from "./oracle.ts";
import { linesOf, type Plan, planOf } from "./plan.ts";

/** What to play. */
interface CampaignOptions {
  /** What the first round is drawn from; the next ones take the numbers after it. Default: a random one. */
  seed?: number;
  /** For how long rounds are begun. With waiting for its end, a round of 45 seconds takes about two minutes. */
  minutes: number;
  /** For how long orders come in a round. */
  seconds: number;
}

/**
 * Lets random orders meet random faults, round by round, and checks after each round what the system promises.
 *
 * @throws Error that names the rounds in which a promise was broken.
 */
export async function campaign(options: CampaignOptions, signal: AbortSignal): Promise<void> {
  const { seed: first = Math.floor(Math.random() * 1_000_000), minutes, seconds } = options;
  const end = Date.now() + minutes * 60_000;
  const total = new Figures();
  const failures: string[] = [];

  for (let seed = first; seed === first || Date.now() < end; seed++) {
    const plan = planOf(seed, seconds);
    console.log(linesOf(plan).join("\n"));
    const broken = await play(plan, total, signal);
    signal.throwIfAborted();
    console.log(broken.length === 0 ? "  Every promise was kept." : broken.map((line) => `  ✖ ${line}`).join("\n"));
    if (broken.length > 0) failures.push(`./orders campaign --seed ${seed} --minutes 1 --seconds ${seconds}`);
  }
  console.log([`All ${total.rounds} rounds:`, ...total.lines()].join("\n"));
  if (failures.length > 0) throw new Error(`Promises were broken. To see it again:\n${failures.join("\n")}`);
}

/** Plays a round on a stack of its own. @returns What is wrong, a sentence each. */
async function play(plan: Plan, total: Figures, signal: AbortSignal): Promise<string[]> {
  const stack = await openTestStack(plan.config, EMULATION, signal);
  const interruption = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  try {
    const round = await Promise.race([runRound(stack, plan), interruption]);
    const figures = new Figures(round);
    total.add(figures);
    console.log(figures.lines().join("\n"));
    return brokenPromises(round.books);
  } catch (error) {
    return [`The round could not be played: ${(error as Error).message}`];
  } finally {
    await stack.destroy();
  }
}
