import { Lambda } from "@aws-sdk/client-lambda";
import { uniqBy } from "es-toolkit";
import type { Period } from "../../domain/reconciliation.ts";
import type { Reconciliation } from "../../handlers/reconcile-payments.ts";
import type { Stack } from "../../stacks/stack.ts";
import type { Context, Report } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { counted } from "../output/counted.ts";
import { differenceText } from "../output/difference-text.ts";

/** A connection on which nothing comes for minutes may be cut, so that the answer would be lost. */
const DAY_MS = 86_400_000;

/** Compares the payments at Stripe with the orders, as the schedule does, and says what to do about each difference. */
export async function checkPayments({ stack, options, tell }: Context<{ since: number }>): Promise<Report> {
  const deployed = await stack();
  const { name, outputs } = deployed;
  if (outputs.reconcilePaymentsFunction === undefined)
    return { data: { differences: [], entered: 0 }, text: `${name} simulates payments: there is nothing to compare.` };
  const now = Date.now();
  const from = now - options.since * 1_000;
  const found: Pick<Reconciliation, "differences" | "entered"> = { differences: [], entered: 0 };
  for (let to = now; to > from; ) {
    const day = { from: Math.max(from, to - DAY_MS), to };
    const { differences, entered, rest } = await reconcile(deployed, day);
    found.differences = uniqBy([...found.differences, ...differences], ({ providerId }) => providerId);
    found.entered += entered;
    to = rest?.to ?? day.from;
    if (to > from) tell(`Compared back to ${new Date(to).toISOString()} …`);
  }
  const { differences, entered } = found;
  const lines = [
    ...differences.map(differenceText),
    ...(entered > 0 ? [`${counted(entered, "missing event")} of refunds and disputes entered.`] : []),
    differences.length > 0 ? `${counted(differences.length, "difference")}.` : "Payments and orders agree.",
  ];
  const text = lines.join("\n");
  return { data: found, text, ...(differences.length > 0 && { exitCode: EXIT.FAILED }) };
}

/** Invokes the function of the stack, which enters what is missing. @throws Error, a sentence, if it fails. */
async function reconcile({ awsClient, output }: Stack, period: Period): Promise<Reconciliation> {
  const lambda = new Lambda(awsClient);
  const call = { FunctionName: output("reconcilePaymentsFunction"), Payload: JSON.stringify(period) };
  const { FunctionError, Payload } = await lambda.invoke(call);
  const result = JSON.parse(new TextDecoder().decode(Payload));
  if (FunctionError !== undefined) throw new Error(`The payments could not be compared: ${result.errorMessage}`);
  return result as Reconciliation;
}
