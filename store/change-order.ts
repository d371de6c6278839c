import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { cancelRequested, statusEvent } from "../domain/events.ts";
import { Failure } from "../domain/failure.ts";
import type { Order } from "../domain/order.ts";
import { applyChange, type OrderChange } from "../domain/order-change.ts";
import { environment } from "../handlers/lib/environment.ts";
import { toItem } from "./items.ts";
import { eventItem, getOrder, indexAttributes, orderKey, type StoredOrder } from "./orders.ts";
import { pause, transact } from "./transactions.ts";

/** How often a change is decided anew because the order changed meanwhile. */
const MAX_ATTEMPTS = 5;

/** What is to become of an order, and under which conditions on other items. */
export type Decision = OrderChange & {
  /** Further items of the transaction, e.g. condition checks on what belongs to the order. */
  with?: TransactWriteItem[];
};

/**
 * Changes an order: writes it, with its next version, and the event that tells of it in one transaction. Nobody can
 * have changed the order between its reading and the writing; whoever loses such a race reads and decides again.
 *
 * @param decide - Gets the order and says what is to become of it; nothing if all is well already. May be called more
 * than once. What it throws ends the change.
 * @returns The order as it is then, and whether this call changed it.
 * @throws Failure `OrderNotFound`; `Fenced` if a condition on a further item does not hold; `Busy` if others stay in
 * the way.
 * @throws Error if the lifecycle doesn't allow the new status.
 */
export async function changeOrder(
  orderId: string,
  correlationId: string,
  decide: (order: Order) => Decision | undefined,
): Promise<{ order: Order; isChanged: boolean }> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const order = await getOrder(orderId);
    if (!order) throw new Failure("OrderNotFound", `There is no order ${orderId}.`);
    const decision = decide(order);
    if (!decision) return { order, isChanged: false };

    const next = applyChange(order, decision, new Date().toISOString());
    const event = "status" in decision ? statusEvent(next, correlationId) : cancelRequested(next, correlationId);
    const further = decision.with ?? [];
    const refused = await transact([
      update(order, next),
      { Put: { TableName: environment("ORDERS_TABLE"), Item: eventItem(event) } },
      ...further,
    ]);
    if (!refused) return { order: next, isChanged: true };
    // An order that changed meanwhile explains everything else, too: decide anew.
    const [theOrder] = refused;
    if (!theOrder?.refused) throw new Failure("Fenced", `What belongs to the order ${orderId} is not as it must be.`);
    await pause(attempt);
  }
  throw new Failure("Busy", `The order ${orderId} was changed again and again meanwhile.`);
}

/** Writes what differs, and leaves attributes that others keep there. */
function update(before: StoredOrder, after: Order): TransactWriteItem {
  const { status, version, updatedAt, history, cancelRequestedAt, failureReason } = after;
  // The order stays in the shard that it was put into, however many there are now.
  const [, shard = ""] = before.orderShard.split("#");
  const values = {
    ...{ status, version, updatedAt, history, cancelRequestedAt, failureReason },
    ...indexAttributes(after, shard),
  };
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  const absent = Object.keys(values).filter((name) => values[name as keyof typeof values] === undefined);
  const set = present.map(([name]) => `#${name} = :${name}`).join(", ");
  const remove = absent.map((name) => `#${name}`).join(", ");
  return {
    Update: {
      TableName: environment("ORDERS_TABLE"),
      Key: toItem(orderKey(after.orderId)),
      UpdateExpression: remove === "" ? `SET ${set}` : `SET ${set} REMOVE ${remove}`,
      ConditionExpression: "#version = :read",
      ExpressionAttributeNames: Object.fromEntries(Object.keys(values).map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: toItem({
        ...Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
        ":read": before.version,
      }),
    },
  };
}
