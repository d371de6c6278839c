import type { OrderEvent } from "../../domain/events.ts";
import type { Reservation } from "../../domain/fulfilment.ts";
import { canBecome } from "../../domain/lifecycle.ts";
import type { Order } from "../../domain/order.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import { handler as createOrder } from "../../handlers/create-order.ts";
import { db } from "../../handlers/lib/db.ts";
import { handler as putProduct } from "../../handlers/put-product.ts";
import { changeOrder } from "../../store/change-order.ts";
import type { StoredItem } from "./table.ts";

/** Puts products into the table that the handlers work on: pieces in stock, by product id. Each costs 10 dollars. */
export async function stockProducts(stock: Record<string, number>): Promise<void> {
  for (const [productId, pieces] of Object.entries(stock)) {
    await putProduct({ pathParameters: { productId }, body: { name: productId, price: 10, stock: pieces } });
  }
}

/** Places an order for so many pieces, by product id. @returns Its id. */
export async function placeDirectly(pieces: Record<string, number>, paymentMethod = "pm_card_visa"): Promise<string> {
  const items = Object.entries(pieces).map(([productId, quantity]) => ({ productId, quantity }));
  const { body } = await createOrder({ body: { customerEmail: "jo@example.com", items, paymentMethod } });
  return JSON.parse(body).orderId;
}

/** Asks to cancel an order, as the API does. @returns Whether that was news. */
export async function requestCancel(orderId: string): Promise<boolean> {
  const { isChanged } = await changeOrder(db, orderId, "test", ({ status, cancelRequestedAt }) =>
    canBecome(status, "CANCELLED") && cancelRequestedAt === undefined ? { cancelRequested: true } : undefined,
  );
  return isChanged;
}

/** Ships an order, as the API does, if it may be shipped. @returns Whether it was. */
export async function ship(orderId: string): Promise<boolean> {
  const { isChanged } = await changeOrder(db, orderId, "test", ({ status, cancelRequestedAt }) =>
    canBecome(status, "SHIPPED") && cancelRequestedAt === undefined ? { status: "SHIPPED" } : undefined,
  );
  return isChanged;
}

/** All that a table has of an order. */
export interface OrderStory {
  order: Order & { openShard?: string };
  reservation: Reservation | undefined;
  payment: PaymentRecord | undefined;
  events: OrderEvent[];
  /** What the simulated payment provider has of it. */
  charge: { status?: string; tries: number; charges: number; refunds: number };
}

/** Picks what belongs to an order. */
export function storyOf(orderId: string, items: StoredItem[]): OrderStory {
  const own = items.filter(({ pk }) => pk === `ORDER#${orderId}`);
  const part = <T>(name: string) => own.find(({ sk }) => sk === name) as T | undefined;
  const charge = items.find(({ pk }) => pk === `GATEWAY#${orderId}`) as OrderStory["charge"] | undefined;
  return {
    order: part<OrderStory["order"]>("ORDER") as OrderStory["order"],
    reservation: part("RESERVATION"),
    payment: part("PAYMENT"),
    events: own.filter(({ sk }) => sk.startsWith("EVENT#")).map(({ event }) => event as OrderEvent),
    charge: charge ?? { tries: 0, charges: 0, refunds: 0 },
  };
}
