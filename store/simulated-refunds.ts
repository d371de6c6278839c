import { QueryCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { ProviderRefund } from "../domain/payment-event.ts";
import { fromItem, toItem } from "./items.ts";
import { chargeKey, type SimulatedCharge } from "./simulated-charges.ts";
import type { OrdersTable } from "./table.ts";
import { transact } from "./transactions.ts";

/** A part of a charge that the simulated provider refunded, in the charge's partition. */
interface RefundedPart {
  /** `REFUND#` and the refund's id. */
  sk: `REFUND#${string}`;
  /** Minor units. */
  amountMinor: number;
  /** RFC 3339, UTC. */
  at: string;
}

/** Refunds a part of a charge, once for a refund's id. @returns False if less than that is left. */
export async function refundPart(
  db: OrdersTable,
  providerId: string,
  charge: SimulatedCharge,
  { refundId, amountMinor }: Pick<ProviderRefund, "refundId" | "amountMinor">,
): Promise<boolean> {
  const part: TransactWriteItem = {
    Update: {
      TableName: db.table,
      Key: { ...chargeKey(providerId), ...toItem({ sk: `REFUND#${refundId}` }) },
      UpdateExpression: "SET amountMinor = :amount, #at = :at",
      ConditionExpression: "attribute_not_exists(pk)",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: toItem({ ":amount": amountMinor, ":at": new Date().toISOString() }),
    },
  };
  const total: TransactWriteItem = {
    Update: {
      TableName: db.table,
      Key: chargeKey(providerId),
      UpdateExpression: "ADD refundedMinor :amount",
      ConditionExpression: "#status = :charged AND (attribute_not_exists(refundedMinor) OR refundedMinor <= :others)",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: toItem({
        ":amount": amountMinor,
        ":charged": "CHARGED",
        ":others": charge.amountMinor - amountMinor,
      }),
    },
  };
  const results = await transact(db, [part, total]);
  // Refused because it was made before, or made.
  return !results || results[0]?.failed === true;
}

/** All refunds of a charge: the parts, and what was left when it was refunded in full. */
export async function refundsOf({ client, table }: OrdersTable, providerId: string): Promise<ProviderRefund[]> {
  const query = {
    TableName: table,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: toItem({ ":pk": fromItem<{ pk: string }>(chargeKey(providerId)).pk }),
    ConsistentRead: true,
  };
  const { Items = [] } = await client.send(new QueryCommand(query));
  const items = Items.map((item) => fromItem<RefundedPart | (SimulatedCharge & { sk: "CHARGE" })>(item));
  return items.flatMap((item): ProviderRefund[] => {
    if (item.sk !== "CHARGE") {
      const { sk, amountMinor, at } = item;
      return [{ refundId: sk.slice("REFUND#".length), amountMinor, state: "SUCCEEDED", at }];
    }
    const amountMinor = item.amountMinor - (item.refundedMinor ?? 0);
    if (item.status !== "REFUNDED" || amountMinor === 0) return [];
    return [{ refundId: `${providerId}.rest`, amountMinor, state: "SUCCEEDED", at: new Date().toISOString() }];
  });
}
