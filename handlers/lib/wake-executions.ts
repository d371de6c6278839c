import { completeTask } from "../../aws/executions.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import { forgetTasks } from "../../store/awaited-payments.ts";
import { db } from "./db.ts";
import { sfn } from "./sfn.ts";

/**
 * Wakes all executions that wait for an order's customer. Their tasks are forgotten only afterwards, so that a call that was cut
 * off can be repeated. Tasks that no longer wait do no harm.
 */
export async function wakeExecutions(orderId: string, payment: PaymentRecord | undefined): Promise<void> {
  const { taskTokens } = payment ?? {};
  if (taskTokens === undefined) return;
  await Promise.all([...taskTokens].map((taskToken) => completeTask(sfn, taskToken, { outcome: "ANSWERED" })));
  await forgetTasks(db, orderId, taskTokens);
}
