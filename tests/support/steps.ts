import { db } from "../../handlers/lib/db.ts";
import { STEPS } from "./workflow.ts";

type StepName = keyof typeof STEPS;

/** Runs these steps of an order's workflow, one after the other. */
export async function run(orderId: string, ...steps: StepName[]): Promise<void> {
  for (const step of steps) await STEPS[step]({ orderId });
}

/** Runs a step that has to fail. @returns The name that the workflow matches on. */
export async function failure(orderId: string | undefined, step: StepName): Promise<string> {
  return STEPS[step]({ orderId }).then(
    ({ outcome }) => `nothing: it ${outcome}`,
    (error: Error) => error.name,
  );
}

/** Lets something happen before one of the calls to the table (0 is the first), as if the function was held up there. */
export async function holdUp(
  call: number,
  happens: () => Promise<unknown>,
  work: () => Promise<unknown>,
): Promise<void> {
  let calls = 0;
  db.client.middlewareStack.add(
    (next) => async (args) => {
      if (calls++ === call) await happens();
      return next(args);
    },
    { step: "initialize", name: "hold up" },
  );
  await work().finally(() => db.client.middlewareStack.remove("hold up"));
  if (calls <= call) throw new Error(`There were only ${calls} calls to the table.`);
}
