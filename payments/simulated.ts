import { setTimeout as sleep } from "node:timers/promises";
import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { Failure } from "../domain/failure.ts";
import { environment } from "../handlers/lib/environment.ts";
import { dynamodb } from "../store/client.ts";
import { fromItem, toItem } from "../store/items.ts";
import { PATIENCE_MS, type PaymentGateway } from "./port.ts";

/** How the provider behaves when it is asked to charge. Without anything, it charges. */
interface Behaviour {
  declines?: "PaymentDeclined" | "InsufficientFunds";
  /** How many tries fail with an error of the provider's, and charge nothing. */
  errors?: number;
  /** Where no answer comes: `before` charging, and so at every try; or `after` it, at the try that charged. */
  hangs?: "before" | "after";
  /** Where our own process dies: `before` charging, at the first try; or `after` it, at the try that charged. */
  crashes?: "before" | "after";
}

/** What each test value makes the provider do. `docs/payments.md` has the same table for readers. */
const TEST_VALUES: Readonly<Record<string, Behaviour>> = {
  pm_card_visa: {},
  pm_card_chargeDeclined: { declines: "PaymentDeclined" },
  pm_card_chargeDeclinedInsufficientFunds: { declines: "InsufficientFunds" },
  pm_simulated_error_always: { errors: Number.POSITIVE_INFINITY },
  pm_simulated_timeout: { hangs: "before" },
  pm_simulated_timeout_after_charge: { hangs: "after" },
  pm_simulated_crash_before_charge: { crashes: "before" },
  pm_simulated_crash_after_charge: { crashes: "after" },
};

/** The provider's own record of a payment. It is in our table, but stands for another company's database. */
interface Charge {
  /** REFUNDED and VOIDED are for good. */
  status: "OPEN" | "CHARGED" | "REFUNDED" | "VOIDED";
  amountMinor: number;
  /** How often it was asked to charge, did charge, and did refund. */
  tries: number;
  charges: number;
  refunds: number;
}

/** A payment provider of our own that moves no money. The order's payment method tells it what to do. */
export const simulatedGateway: PaymentGateway = {
  async open({ paymentId }) {
    return paymentId;
  },

  async find(paymentId) {
    return paymentId;
  },

  async charge({ providerId, amountMinor, paymentMethod }) {
    const { declines, errors = 0, hangs, crashes } = behaviourOf(paymentMethod);
    const { tries } = await record(providerId, amountMinor, 1);
    if (declines) throw new Failure(declines, "The simulated provider declined the payment.");
    if (tries <= errors) throw new Failure("GatewayError", "The simulated provider had an error.");
    if (hangs === "before") await noAnswer();
    if (crashes === "before" && tries === 1) process.exit(1);

    if (await move(providerId, "OPEN", "CHARGED", "charges")) {
      if (hangs === "after") await noAnswer();
      if (crashes === "after") process.exit(1);
      return;
    }
    const { status } = await record(providerId, amountMinor, 0);
    if (status !== "CHARGED") throw new Failure("Fenced", `The payment ${providerId} is ${status}.`);
  },

  async void(providerId) {
    await record(providerId, 0, 0);
    await move(providerId, "OPEN", "VOIDED");
    await move(providerId, "CHARGED", "REFUNDED", "refunds");
    const { status, amountMinor } = await record(providerId, 0, 0);
    return { refundedMinor: status === "REFUNDED" ? amountMinor : 0 };
  },
};

function behaviourOf(paymentMethod = "pm_card_visa"): Behaviour {
  const [, errors] = /^pm_simulated_error_(\d+)$/.exec(paymentMethod) ?? [];
  if (errors !== undefined) return { errors: Number(errors) };
  const isMisspelt = paymentMethod.startsWith("pm_simulated_");
  return TEST_VALUES[paymentMethod] ?? (isMisspelt ? { declines: "PaymentDeclined" } : {});
}

/** What our side of a connection sees on which nothing comes back. */
async function noAnswer(): Promise<never> {
  await sleep(PATIENCE_MS);
  throw new Failure("GatewayError", `The simulated provider did not answer within ${PATIENCE_MS} ms.`);
}

/** Counts tries, and reads what there is then. Whoever comes first, the amount is the charge's: to void asks for none. */
async function record(providerId: string, amountMinor: number, tries: number): Promise<Charge> {
  const amount = tries > 0 ? ":amount" : "if_not_exists(amountMinor, :amount)";
  const { Attributes = {} } = await dynamodb.send(
    new UpdateItemCommand({
      ...chargeOf(providerId),
      UpdateExpression:
        `SET #status = if_not_exists(#status, :open), amountMinor = ${amount} ` +
        "ADD tries :tries, charges :none, refunds :none",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: toItem({ ":open": "OPEN", ":amount": amountMinor, ":tries": tries, ":none": 0 }),
      ReturnValues: "ALL_NEW",
    }),
  );
  return fromItem<Charge>(Attributes);
}

/** Gives a payment another status if it has this one, and counts that. @returns Whether it had. */
async function move(
  providerId: string,
  from: Charge["status"],
  to: Charge["status"],
  counter?: "charges" | "refunds",
): Promise<boolean> {
  const command = new UpdateItemCommand({
    ...chargeOf(providerId),
    UpdateExpression: `SET #status = :to${counter ? ` ADD ${counter} :one` : ""}`,
    ConditionExpression: "#status = :from",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: toItem({ ":from": from, ":to": to, ...(counter && { ":one": 1 }) }),
  });
  try {
    await dynamodb.send(command);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function chargeOf(providerId: string) {
  return { TableName: environment("ORDERS_TABLE"), Key: toItem({ pk: `GATEWAY#${providerId}`, sk: "CHARGE" }) };
}
