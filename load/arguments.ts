import { parseArgs } from "node:util";
import { LOCAL_STACK } from "../local/stack-record.ts";
import { iterationsOf, type Plan, PROFILES, type ProfileName, planOf, SCENARIOS } from "./plan.ts";

/** What the caller of the command wants. */
export interface Wanted {
  plan: Plan;
  /** Name of the stack; an ephemeral one where none is given. */
  stack?: string;
  /** Whether the stack is beyond this machine. */
  isRemote: boolean;
}

/**
 * Reads the command's arguments.
 *
 * @throws Error, a sentence, where one is missing or wrong, and for a remote stack without `--yes-i-mean-it`.
 */
export function readArguments(args: string[]): Wanted {
  const { values } = parseArgs({
    args,
    options: {
      profile: { type: "string" },
      scenario: { type: "string", default: "place" },
      stack: { type: "string" },
      rate: { type: "string" },
      duration: { type: "string" },
      p95: { type: "string" },
      "yes-i-mean-it": { type: "boolean", default: false },
    },
  });
  const { stack } = values;
  const isRemote = stack !== undefined && stack !== LOCAL_STACK;
  const profile = oneOf("--profile", values.profile, Object.keys(PROFILES) as ProfileName[]);
  const scenario = oneOf("--scenario", values.scenario, SCENARIOS);
  const plan = planOf(profile, scenario, isRemote ? "remote" : "local", {
    rate: numberOf("--rate", values.rate, "orders a second, such as 5 or 0.5"),
    duration: durationOf(values.duration),
    p95: numberOf("--p95", values.p95, "milliseconds, such as 500"),
  });
  if (iterationsOf(plan) < 1) {
    throw new Error(
      `${plan.duration} s at ${plan.rate} orders a second are not enough for a single order: raise --rate or --duration.`,
    );
  }
  if (isRemote && !values["yes-i-mean-it"]) {
    throw new Error(
      `This would place about ${iterationsOf(plan)} orders on the stack ${stack}, up to ${plan.rate} a second, ` +
        "which costs money and disturbs whoever uses it: add --yes-i-mean-it if that is what you want.",
    );
  }
  return { plan, ...(stack !== undefined && { stack }), isRemote };
}

function oneOf<T extends string>(name: string, value: string | undefined, names: readonly T[]): T {
  const found = names.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new Error(`${name} has to be one of ${names.join(", ")}${value === undefined ? "" : `, not ${value}`}.`);
}

function numberOf(name: string, value: string | undefined, example: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`${name} has to be a number of ${example}, not ${value}.`);
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600 };

function durationOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [, number, unit = ""] = /^(\d+)([smh])$/.exec(value) ?? [];
  if (Number(number) > 0) return Number(number) * (UNITS[unit] ?? Number.NaN);
  throw new Error(`--duration has to be a time such as 30s, 5m or 2h, not ${value}.`);
}
