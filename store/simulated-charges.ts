import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { fromItem, type Item, toItem } from "./items.ts";
import type { OrdersTable } from "./table.ts";

/** A charge as the simulated payment provider has it. It is in our table, but stands for another company's database. */
export interface SimulatedCharge {
  /** REFUNDED and VOIDED are final. */
  status: "OPEN" | "CHARGED" | "REFUNDED" | "VOIDED";
  /** Minor units. */
  amountMinor: number;
  /** How often it was asked to charge. */
  tries: number;
  /** How often it charged, and refunded what was left. */
  charges: number;
  refunds: number;
  /** Minor units refunded in parts before. */
  refundedMinor?: number;
}

/** The key of a charge. */
export function chargeKey(providerId: string): Item {
  return toItem({ pk: `GATEWAY#${providerId}`, sk: "CHARGE" });
}

/**
 * Adds to a charge's tries, and creates the charge if needed. The amount is that of the last try; a call without tries
 * sets it only if there is none.
 *
 * @returns The charge as it is now.
 */
export async function recordTries(
  db: OrdersTable,
  providerId: string,
  amountMinor: number,
  tries: number,
): Promise<SimulatedCharge> {
  const amount = tries > 0 ? ":amount" : "if_not_exists(amountMinor, :amount)";
  const { Attributes = {} } = await db.client.send(
    new UpdateItemCommand({
      TableName: db.table,
      Key: chargeKey(providerId),
      UpdateExpression:
        `SET #status = if_not_exists(#status, :open), amountMinor = ${amount} ` +
        "ADD tries :tries, charges :none, refunds :none",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: toItem({ ":open": "OPEN", ":amount": amountMinor, ":tries": tries, ":none": 0 }),
      ReturnValues: "ALL_NEW",
    }),
  );
  return fromItem<SimulatedCharge>(Attributes);
}

/**
 * Moves a charge from one status to another, and counts that.
 *
 * @returns False if the charge has another status than `from`; nothing changes then.
 */
export async function moveCharge(
  db: OrdersTable,
  providerId: string,
  from: SimulatedCharge["status"],
  to: SimulatedCharge["status"],
  counter?: "charges" | "refunds",
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: db.table,
    Key: chargeKey(providerId),
    UpdateExpression: `SET #status = :to${counter ? ` ADD ${counter} :one` : ""}`,
    ConditionExpression: "#status = :from",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: toItem({ ":from": from, ":to": to, ...(counter && { ":one": 1 }) }),
  });
  try {
    await db.client.send(command);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
