import { Option } from "commander";
import {
  iterationsOf,
  type Plan,
  PROFILES,
  type ProfileName,
  planOf,
  SCENARIOS,
  type Scenario,
} from "../../load/plan.ts";
import { LOCAL_STACK } from "../../stacks/record.ts";
import { duration, positiveNumber } from "../arguments.ts";
import { commandLine } from "../command-line.ts";

/** What the caller of the command wants. */
export interface Wanted {
  plan: Plan;
  /** Name of the stack; an ephemeral one where none is given. */
  stack?: string;
  /** Whether the stack is beyond this machine. */
  isRemote: boolean;
}

interface Options {
  profile: ProfileName;
  scenario: Scenario;
  stack?: string;
  rate?: number;
  duration?: number;
  p95?: number;
  yesIMeanIt?: true;
}

/**
 * Reads the command's arguments.
 *
 * @throws Error, a sentence, where one is missing or wrong, and for a remote stack without `--yes-i-mean-it`.
 */
export function readArguments(args: string[]): Wanted {
  const { profile, scenario, stack, yesIMeanIt, ...changes } = commandLine(
    "npm run load --",
    "Loads a stack with k6, then checks that every order came to its end, and all sums. docs/load.md tells more.",
  )
    .addOption(
      new Option("--profile <name>", "how much, for how long").choices(Object.keys(PROFILES)).makeOptionMandatory(),
    )
    .addOption(new Option("--scenario <name>", "what is done").choices(SCENARIOS).default("place"))
    .option("--stack <name>", "the stack (default: an ephemeral one)")
    .option("--rate <number>", "orders a second at the most", positiveNumber("orders a second, such as 5 or 0.5"))
    .option("--duration <time>", "for how long", duration)
    .option(
      "--p95 <number>",
      "milliseconds that 95 of 100 answers may take",
      positiveNumber("milliseconds, such as 500"),
    )
    .option("--yes-i-mean-it", "also a stack beyond this machine")
    .parse(args, { from: "user" })
    .opts<Options>();
  const isRemote = stack !== undefined && stack !== LOCAL_STACK;
  const plan = planOf(profile, scenario, isRemote ? "remote" : "local", changes);
  if (iterationsOf(plan) < 1) {
    throw new Error(
      `${plan.duration} s at ${plan.rate} orders a second are not enough for a single order: raise --rate or --duration.`,
    );
  }
  if (isRemote && !yesIMeanIt) {
    throw new Error(
      `This would place about ${iterationsOf(plan)} orders on the stack ${stack}, up to ${plan.rate} a second, ` +
        "which costs money and disturbs whoever uses it: add --yes-i-mean-it if that is what you want.",
    );
  }
  return { plan, ...(stack !== undefined && { stack }), isRemote };
}
