import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { changeEvent } from "../domain/events.ts";
import { Failure } from "../domain/failure.ts";
import type { Order } from "../domain/order.ts";
import { applyChange, type OrderChange } from "../domain/order-change.ts";
import { eventItem } from "./events.ts";
import { toItem } from "./items.ts";
import { getOrder, indexAttributes, orderKey, type StoredOrder, storedShardOf } from "./orders.ts";
import type { OrdersTable } from "./table.ts";
import { pause, transact } from "./transactions.ts";
import { assign } from "./update-expression.ts";

/** How often a change is decided again because the order changed in the meantime. */
const MAX_ATTEMPTS = 5;

/** A change to an order, and the conditions on other items under which it applies. */
export type Decision = OrderChange & {
  /** Further items of the transaction, e.g. condition checks on the order's payment. */
  with?: TransactWriteItem[];
};

/**
 * Changes an order: writes its next version and the event about it in one transaction, on condition that nobody changed
 * the order since it was read. After a lost race, the order is read and the change decided again.
 *
 * @param decide - Decides the change from the current order; undefined if there is nothing to change. It may be called
 * more than once, and whatever it throws ends the change.
 * @returns The order as it is now, and whether this call changed it: not if a condition on a further item failed.
 * @throws Failure `OrderNotFound`; `Busy` if the races or conflicts persist.
 * @throws Error if the lifecycle doesn't allow the new status.
 */
export async function changeOrder(
  db: OrdersTable,
  orderId: string,
  correlationId: string,
  decide: (order: Order) => Decision | undefined,
): Promise<{ order: Order; isChanged: boolean }> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const order = await getOrder(db, orderId);
    if (!order) throw new Failure("OrderNotFound", `There is no order ${orderId}.`);
    const decision = decide(order);
    if (!decision) return { order, isChanged: false };

    const next = applyChange(order, decision, new Date().toISOString());
    const event = changeEvent(next, decision, correlationId);
    const results = await transact(db, [
      update(db, order, next),
      { Put: { TableName: db.table, Item: eventItem(event) } },
      ...(decision.with ?? []),
    ]);
    if (!results) return { order: next, isChanged: true };
    // If the order itself changed, the other conditions may have failed for that reason alone: decide again.
    const [ofOrder] = results;
    if (!ofOrder?.failed) return { order, isChanged: false };
    await pause(attempt);
  }
  throw new Failure("Busy", `The order ${orderId} was changed again and again meanwhile.`);
}

/** Writes only what a change can touch, and keeps all other attributes. */
function update({ table }: OrdersTable, before: StoredOrder, after: Order): TransactWriteItem {
  const { status, version, updatedAt, history, cancelRequestedAt, failureReason, attention } = after;
  const { values, ...assignment } = assign({
    ...{ status, version, updatedAt, history, cancelRequestedAt, failureReason, attention },
    ...indexAttributes(after, storedShardOf(before)),
  });
  // Whoever parked it in the meantime changed no version; what was decided without knowing is decided again.
  const asRead = before.attention ? "exists" : "not_exists";
  return {
    Update: {
      TableName: table,
      Key: toItem(orderKey(after.orderId)),
      ...assignment,
      ConditionExpression: `#version = :read AND attribute_${asRead}(#attention)`,
      ExpressionAttributeValues: toItem({ ...values, ":read": before.version }),
    },
  };
}
