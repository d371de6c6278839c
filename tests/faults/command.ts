// npm run test:faults -- --seed 7 --minutes 15: lets random orders meet random faults, round by round, and checks after
// each round what the system promises. docs/reliability.md tells more.

import { wholeNumber } from "../../cli/arguments.ts";
import { command } from "../../cli/command.ts";
import { commandLine } from "../../cli/command-line.ts";
import { openTestStack } from "../support/stack.ts";
import { EMULATION, runRound } from "./campaign.ts";
import { Figures } from "./figures.ts";
import { brokenPromises } from "./oracle.ts";
import { linesOf, type Plan, planOf } from "./plan.ts";

/** How long orders come in a round, where nothing else is asked for. With waiting for its end, a round takes about two minutes. */
const ROUND_SECONDS = 45;

await command(async (signal) => {
  const {
    seed: first = Math.floor(Math.random() * 1_000_000),
    minutes,
    seconds,
  } = commandLine(
    "npm run test:faults --",
    "Lets random orders meet random faults, and checks what the system promises. docs/reliability.md tells more.",
  )
    .option("--seed <number>", "what the first round is drawn from (default: a random one)", wholeNumber(0))
    .option("--minutes <number>", "for how long rounds are begun", wholeNumber(1), 1)
    .option("--seconds <number>", "for how long orders come in a round", wholeNumber(1), ROUND_SECONDS)
    .parse()
    .opts<{ seed?: number; minutes: number; seconds: number }>();
  const end = Date.now() + minutes * 60_000;
  const total = new Figures();
  const failures: string[] = [];

  for (let seed = first; seed === first || Date.now() < end; seed++) {
    const plan = planOf(seed, seconds);
    console.log(linesOf(plan).join("\n"));
    const broken = await play(plan, total, signal);
    signal.throwIfAborted();
    console.log(broken.length === 0 ? "  Every promise was kept." : broken.map((line) => `  ✖ ${line}`).join("\n"));
    if (broken.length > 0) failures.push(`npm run test:faults -- --seed ${seed} --minutes 1 --seconds ${seconds}`);
  }
  console.log([`All ${total.rounds} rounds:`, ...total.lines()].join("\n"));
  if (failures.length > 0) throw new Error(`Promises were broken. To see it again:\n${failures.join("\n")}`);
});

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
