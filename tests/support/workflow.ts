import definition from "../../components/order-workflow.asl.json" with { type: "json" };
import { handler as beginOrder } from "../../handlers/begin-order.ts";
import { handler as chargePayment } from "../../handlers/charge-payment.ts";
import { handler as completeOrder } from "../../handlers/complete-order.ts";
import { handler as endOrder } from "../../handlers/end-order.ts";
import { handler as refundPayment } from "../../handlers/refund-payment.ts";
import { handler as releaseStock } from "../../handlers/release-stock.ts";
import { handler as reserveStock } from "../../handlers/reserve-stock.ts";

/** The workflow's steps, by the names that its definition has for their functions. */
export const STEPS = {
  BeginOrder: beginOrder,
  ReserveStock: reserveStock,
  ChargePayment: chargePayment,
  CompleteOrder: completeOrder,
  RefundPayment: refundPayment,
  ReleaseStock: releaseStock,
  EndOrder: endOrder,
} satisfies Record<string, (input: unknown) => Promise<unknown>>;

/** The parts of the Amazon States Language that the definition uses, as far as they matter without waiting. */
interface State {
  Type: string;
  Resource?: string;
  ResultPath?: string | null;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Variable: string; StringEquals: string; Next: string }[];
  Retry?: { ErrorEquals: string[]; MaxAttempts: number }[];
  Catch?: { ErrorEquals: string[]; ResultPath: string; Next: string }[];
}

type Data = Record<string, unknown>;

/**
 * Runs the real definition of the workflow in this process, without its waits.
 *
 * @param invoke - Calls a step's function.
 * @param maxRetries - How often a step is tried again at most, whatever the definition says.
 * @returns The name of the state in which it ended.
 * @throws What a step threw that no state catches, as it fails the execution.
 */
export async function runWorkflow(
  input: Data,
  invoke: (step: keyof typeof STEPS, data: Data) => Promise<unknown> = (step, data) => STEPS[step](data),
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
    const step = /\w+/.exec(state.Resource ?? "")?.[0] as keyof typeof STEPS;
    try {
      const result = await retried(state, maxRetries, () => invoke(step, data));
      if (state.ResultPath) data = { ...data, [state.ResultPath.slice(2)]: result };
      if (state.End) return name;
      name = state.Next ?? "";
    } catch (thrown) {
      const error = thrown as Error;
      const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
      if (!catcher) throw error;
      data = { ...data, [catcher.ResultPath.slice(2)]: { Error: error.name, Cause: error.message } };
      name = catcher.Next;
    }
  }
}

async function retried(state: State, maxRetries: number, call: () => Promise<unknown>): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const rule = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error as Error));
      if (attempt > Math.min(rule?.MaxAttempts ?? 0, maxRetries)) throw error;
    }
  }
}

function matches(names: string[], { name }: Error): boolean {
  return names.includes("States.ALL") || names.includes(name);
}

function valueAt(data: Data, path: string): unknown {
  return path
    .slice(2)
    .split(".")
    .reduce<unknown>((value, key) => (value as Data)[key], data);
}
