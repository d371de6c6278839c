import { v7 as uuidv7 } from "uuid";
import { newOrder, type Order } from "../../domain/order.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import { fromItem } from "../../store/items.ts";
import { orderItem } from "../../store/orders.ts";
import type { StripeDouble } from "./stripe-double.ts";
import type { StoredItem, TestTable } from "./table.ts";

const HOUR_MS = 3_600_000;

/** What differs from a paid order. `null`: there is none. */
interface Plan {
  order?: Partial<Order> | null;
  payment?: Partial<PaymentRecord> | null;
  intent?: Parameters<StripeDouble["plant"]>[0] | null;
  /** How long ago all of it happened. Default two hours. */
  hoursAgo?: number;
}

/** The total of each planted order. */
export const TOTAL_MINOR = 3_000;

/** Puts an order that was paid through Stripe into the table and into Stripe's double, as if both had been there for hours. */
export async function plantPayment(
  table: TestTable,
  { double, stack }: { double: StripeDouble; stack: string },
  { order = {}, payment = {}, intent = {}, hoursAgo = 2 }: Plan = {},
): Promise<{ orderId: string; intentId: string }> {
  const msecs = Date.now() - hoursAgo * HOUR_MS;
  const at = new Date(msecs).toISOString();
  const orderId = uuidv7({ msecs });
  const metadata = { orderId, stack };
  const intentId =
    intent === null
      ? `pi_of_${orderId.slice(-12)}`
      : double.plant({ amount: TOTAL_MINOR, created: Math.floor(msecs / 1_000), metadata, ...intent });
  if (order !== null) {
    const line = { productId: "PLENTY", name: "Plenty", quantity: 3, unitPriceMinor: TOTAL_MINOR / 3 };
    const priced = { lines: [line], totalMinor: TOTAL_MINOR, currency: "USD" };
    const placed = newOrder(orderId, at, { customerEmail: "jo@example.com", items: [] }, priced);
    const stored = orderItem({ shards: 1 }, { ...placed, status: "COMPLETED", ...order });
    await table.put(fromItem<StoredItem>(stored));
  }
  if (order !== null && payment !== null) {
    const charge = { id: "CHARGE.SUCCEEDED", kind: "CHARGE", objectId: orderId, state: "SUCCEEDED" } as const;
    const record = {
      ...{ status: "CHARGED", amountMinor: TOTAL_MINOR, gateway: "stripe", providerId: intentId },
      events: [{ ...charge, amountMinor: TOTAL_MINOR, at, source: "call" }],
      ...payment,
    };
    await table.put({ pk: `ORDER#${orderId}`, sk: "PAYMENT", ...record });
  }
  return { orderId, intentId };
}
