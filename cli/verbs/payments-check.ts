import { Lambda } from "@aws-sdk/client-lambda";
import { uniqBy } from "es-toolkit";
import type { Period } from "../../domain/reconciliation.ts";
import type { Reconciliation } from "../../handlers/reconcile-payments.ts";
import type { Stack } from "../../stacks/stack.ts";
import type { Context, Report } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { counted } from "../output/counted.ts";
import { differenceText } from "../output/difference-text.ts";

/** Compares the payments at Stripe with the orders, as the schedule does, and says what to do about each difference. */
export async function checkPayments({ stack, options, tell }: Context<{ since: number }>): Promise<Report> {
  const deployed = await stack();
  const { name, outputs } = deployed;
  if (outputs.reconcilePaymentsFunction === undefined)
    return { data: { differences: [], entered: 0 }, text: `${name} simulates payments: there is nothing to compare.` };
  const to = Date.now();
  let rest: Period | undefined = { from: to - options.since * 1_000, to };
  const found: Pick<Reconciliation, "differences" | "entered"> = { differences: [], entered: 0 };
  while (rest) {
    const part: Reconciliation = await reconcile(deployed, rest);
    found.differences = uniqBy([...found.differences, ...part.differences], ({ providerId }) => providerId);
    found.entered += part.entered;
    rest = part.rest;
    if (rest) tell(`Compared back to ${new Date(rest.to).toISOString()} …`);
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
  // It may take a quarter of an hour. Trying again would compare everything twice.
  const lambda = new Lambda({ ...awsClient, maxAttempts: 1 });
  const call = { FunctionName: output("reconcilePaymentsFunction"), Payload: JSON.stringify(period) };
  const { FunctionError, Payload } = await lambda.invoke(call);
  const result = JSON.parse(new TextDecoder().decode(Payload));
  if (FunctionError !== undefined) throw new Error(`The payments could not be compared: ${result.errorMessage}`);
  return result as Reconciliation;
}
