import { randomBytes } from "node:crypto";
import { load } from "../../../load/load.ts";
import { iterationsOf, type Plan, type ProfileName, planOf, type Scenario } from "../../../load/plan.ts";
import { openEphemeralStack } from "../../../stacks/ephemeral.ts";
import type { Stack } from "../../../stacks/stack.ts";
import { type Context, type Report, TOLD } from "../../context.ts";
import { CommandFailure } from "../../errors.ts";
import { EXIT } from "../../exit-codes.ts";
import { progressOn } from "../../output/progress.ts";

interface Options {
  profile: ProfileName;
  scenario: Scenario;
  stack?: string;
  rate?: number;
  duration?: number;
  p95?: number;
  yesIMeanIt?: true;
}

export type LoadOptions = Context<Options>;

/** What the caller of the command wants. */
interface Wanted {
  plan: Plan;
  /** Name of the stack; an ephemeral one where none is given. */
  stack?: string;
}

/** Load-tests a stack, and fails where an order, the stock or the charges are not as they should be. */
export async function loadTest({ options, stack, terminal, tell }: LoadOptions): Promise<Report> {
  const named = options.stack === undefined ? undefined : await stack();
  const wanted = wantedLoad(options, named !== undefined && named.awsClient.endpoint === undefined);
  const signal = terminal.interruption();
  if (named) return run(named);
  tell("Deploying an ephemeral stack …");
  const ephemeral = await openEphemeralStack(`load-${randomBytes(4).toString("hex")}`, { signal });
  try {
    return await run(ephemeral);
  } finally {
    await ephemeral.destroy();
  }

  async function run(stack: Stack): Promise<Report> {
    const { failures } = await load(wanted, stack, { signal, tell, onProgress: progressOn(terminal) });
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return TOLD;
  }
}

/**
 * What the options ask for.
 *
 * @param isRemote - Whether the stack is beyond this machine.
 * @throws CommandFailure for a load of no order, and for a remote stack without `--yes-i-mean-it`.
 */
export function wantedLoad(
  { profile, scenario, stack, rate, duration, p95, yesIMeanIt }: Options,
  isRemote: boolean,
): Wanted {
  const changes = {
    ...(rate !== undefined && { rate }),
    ...(duration !== undefined && { duration }),
    ...(p95 !== undefined && { p95 }),
  };
  const plan = planOf(profile, scenario, isRemote ? "remote" : "local", changes);
  if (iterationsOf(plan) < 1) {
    throw new CommandFailure(
      EXIT.USAGE,
      `${plan.duration} s at ${plan.rate} orders a second are not enough for a single order: raise --rate or --duration.`,
    );
  }
  if (isRemote && !yesIMeanIt) {
    throw new CommandFailure(
      EXIT.FAILED,
      `This would place about ${iterationsOf(plan)} orders on the stack ${stack}, up to ${plan.rate} a second, ` +
        "which costs money and disturbs whoever uses it: add --yes-i-mean-it if that is what you want.",
    );
  }
  return { plan, ...(stack !== undefined && { stack }) };
}
