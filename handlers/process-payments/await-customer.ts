import { completeTask } from "../../aws/executions.ts";
import { keepTask } from "../../store/awaited-payments.ts";
import { db } from "../lib/db.ts";
import { sfn } from "../lib/sfn.ts";
import type { StepInput, StepResult } from "../lib/step.ts";

/** Records the task of an execution that waits for the customer, or ends it at once if they have acted meanwhile. */
export async function awaitCustomer({ orderId }: StepInput, taskToken: string): Promise<StepResult> {
  if (await keepTask(db, orderId, taskToken)) return { outcome: "AWAITING_CUSTOMER" };
  await completeTask(sfn, taskToken, { outcome: "ANSWERED" });
  return { outcome: "ANSWERED" };
}
