import type { PaymentRecord } from "../domain/payment.ts";
import { ledgerOf } from "../domain/payment-ledger.ts";
import { batchGet } from "./batch-get.ts";
import { partKey } from "./fulfilment.ts";
import { fromItem, type Item } from "./items.ts";
import { chargeKey, type SimulatedCharge } from "./simulated-charges.ts";
import type { OrdersTable } from "./table.ts";

/**
 * What customers paid and didn't get back: minor units of the order's currency, by order id. Orders without any payment are missing. Where the simulated
 * gateway has a charge, that counts: it is closer to the money than our own record.
 *
 * @throws Failure `Busy` if the table is too busy to read.
 */
export async function paidAmounts(db: OrdersTable, orderIds: readonly string[]): Promise<Map<string, number>> {
  const paid = new Map<string, number>();
  const keys = orderIds.flatMap((orderId) => [partKey(orderId, "PAYMENT"), chargeKey(orderId)]);
  const items = await batchGet(db, keys);
  for (const item of items.filter(({ sk }) => sk?.S === "PAYMENT")) {
    const payment = fromItem<PaymentRecord>(item);
    const { chargedMinor, refundedMinor } = ledgerOf(payment);
    paid.set(orderIdOf(item), payment.status === "CHARGED" ? chargedMinor - refundedMinor : 0);
  }
  for (const item of items.filter(({ sk }) => sk?.S === "CHARGE")) {
    const { amountMinor, charges, refunds, refundedMinor = 0 } = fromItem<SimulatedCharge>(item);
    // A full refund includes what was refunded in parts.
    paid.set(orderIdOf(item), (charges - refunds) * amountMinor - (refunds === 0 ? refundedMinor : 0));
  }
  return paid;
}

function orderIdOf({ pk }: Item): string {
  return pk?.S?.split("#")[1] ?? "";
}
