import { completeTask } from "../../aws/executions.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import { forgetTasks } from "../../store/awaited-payments.ts";
import { db } from "./db.ts";
import { sfn } from "./sfn.ts";

/**
 * Lets all executions that wait for an order's customer go on. Only then are their tasks forgotten, so that repeating this repeats
 * what may have been lost. Tasks that wait no longer don't matter.
 */
export async function wakeExecutions(orderId: string, payment: PaymentRecord | undefined): Promise<void> {
  const { taskTokens } = payment ?? {};
  if (taskTokens === undefined) return;
  await Promise.all([...taskTokens].map((taskToken) => completeTask(sfn, taskToken, { outcome: "ANSWERED" })));
  await forgetTasks(db, orderId, taskTokens);
}
