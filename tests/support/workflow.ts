import definition from "../../components/order-workflow.asl.json" with { type: "json" };
import { handler as beginOrder } from "../../handlers/begin-order.ts";
import { handler as completeOrder } from "../../handlers/complete-order.ts";
import { handler as endOrder } from "../../handlers/end-order.ts";
import { db } from "../../handlers/lib/db.ts";
import { LATE_RECEIVES } from "../../handlers/lib/redelivery.ts";
import { type StepInput, step } from "../../handlers/lib/step.ts";
import { charge } from "../../handlers/process-payments/charge.ts";
import { refund } from "../../handlers/process-payments/refund.ts";
import { handler as releaseStock } from "../../handlers/release-stock.ts";
import { handler as reserveStock } from "../../handlers/reserve-stock.ts";

/** The workflow's steps, by the names of their states. Those that wait in the payment queue run as if it were their turn. */
export const STEPS = {
  BeginOrder: beginOrder,
  ReserveStock: reserveStock,
  ChargePayment: step("charge-payment", charge),
  CompleteOrder: completeOrder,
  RefundPayment: step("refund-payment", (input) => refund(input)),
  ReleaseStock: releaseStock,
  EndOrder: endOrder,
} satisfies Record<string, (input: unknown) => Promise<unknown>>;

type StepName = keyof typeof STEPS;

/** The parts of the Amazon States Language that the definition uses, except for waits and what follows on them. */
interface State {
  Type: string;
  ResultPath?: string | null;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Variable: string; StringEquals: string; Next: string }[];
  Retry?: { MaxAttempts: number }[];
}

type Data = Record<string, unknown>;

/**
 * Runs the workflow's real definition in this process, without its waits. Ends where it would wait for the customer: run it
 * again to go on, as a restarted execution does.
 *
 * @param invoke - Calls a step's function.
 * @param maxRetries - Limits the retries of a step, if the definition allows more.
 * @returns The name of the final state.
 * @throws The error of a step that kept failing, which fails the execution.
 */
export async function runWorkflow(
  input: Data,
  invoke: (step: StepName, data: Data) => Promise<unknown> = (step, data) => STEPS[step](data),
  maxRetries = Number.POSITIVE_INFINITY,
): Promise<string> {
  const states: Record<string, State> = definition.States;
  let data = input;
  for (let name = definition.StartAt; ; ) {
    const state = states[name] as State;
    if (state.Type === "Succeed" || state.Type === "Fail") return name;
    if (state.Type === "Choice") {
      const chosen = state.Choices?.find(({ Variable, StringEquals }) => valueAt(data, Variable) === StringEquals);
      name = chosen?.Next ?? state.Default ?? "";
      continue;
    }
    if (name === "AwaitPayment") return name;
    const step = name as StepName;
    const result = await withRetries(state, maxRetries, () => invoke(step, data));
    if (state.ResultPath) data = { ...data, [state.ResultPath.slice(2)]: result };
    if (state.End) return name;
    name = state.Next ?? "";
  }
}

/** Runs the workflow as if the message for its refund had come back for most of an hour. */
export function runWorkflowLate(orderId: string): Promise<string> {
  const refundLate = step("refund-payment", (input: StepInput) => refund(input, LATE_RECEIVES));
  return runWorkflow({ orderId }, (name, data) => (name === "RefundPayment" ? refundLate(data) : STEPS[name](data)));
}

/** Runs steps of an order's workflow, one after the other. */
export async function runSteps(orderId: string, ...steps: StepName[]): Promise<void> {
  for (const step of steps) await STEPS[step]({ orderId });
}

/** Runs a step. @returns Its outcome, by which the workflow branches. */
export async function stepOutcome(orderId: string, step: StepName, last?: string): Promise<string> {
  return (await STEPS[step]({ orderId, ...(last !== undefined && { last: { outcome: last } }) })).outcome;
}

/** Runs steps that undo an order, for a reason. */
export async function undo(orderId: string, reason: string, ...steps: StepName[]): Promise<void> {
  await STEPS.RefundPayment({ orderId, last: { outcome: reason } });
  await runSteps(orderId, ...steps);
}

/** Runs a step that should fail. @param last - The outcome of the step before. @returns The error's name. */
export async function stepError(orderId: string | undefined, step: StepName, last?: string): Promise<string> {
  return STEPS[step]({ orderId, ...(last !== undefined && { last: { outcome: last } }) }).then(
    ({ outcome }) => `no error, but the outcome "${outcome}"`,
    (error: Error) => error.name,
  );
}

/**
 * Runs `work`, and `interruption` right before one of its calls to the table, as if the function was suspended there.
 *
 * @param call - The call's index, from 0.
 * @throws Error if `work` makes fewer calls.
 */
export async function interruptAtCall(
  call: number,
  interruption: () => Promise<unknown>,
  work: () => Promise<unknown>,
): Promise<void> {
  let calls = 0;
  db.client.middlewareStack.add(
    (next) => async (args) => {
      if (calls++ === call) await interruption();
      return next(args);
    },
    { step: "initialize", name: "interruption" },
  );
  await work().finally(() => db.client.middlewareStack.remove("interruption"));
  if (calls <= call) throw new Error(`There were only ${calls} calls to the table.`);
}

async function withRetries(state: State, maxRetries: number, call: () => Promise<unknown>): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      // There is one policy, for every error but those of messages.
      if (attempt > Math.min(state.Retry?.at(-1)?.MaxAttempts ?? 0, maxRetries)) throw error;
    }
  }
}

function valueAt(data: Data, path: string): unknown {
  return path
    .slice(2)
    .split(".")
    .reduce<unknown>((value, key) => (value as Data)[key], data);
}
