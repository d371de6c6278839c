import { CURRENCY, fromMinor } from "../money.ts";
import type { Order } from "../order.ts";
import type { CancelAccepted, FullOrder, OrderCreated, PublicOrder } from "./responses.ts";

/** Builds the API's response bodies. Apart from their schemas, so that the handlers don't have to load those. */

/** Confirms that an order was placed. */
export function toOrderCreated(order: Order): OrderCreated {
  const { orderId, status, totalMinor, createdAt } = order;
  return {
    message: "Order created successfully",
    orderId,
    status,
    totalAmount: fromMinor(totalMinor),
    currency: CURRENCY,
    createdAt,
  };
}

/** An order without personal data. Lists its fields one by one, so that new ones stay hidden. */
export function toPublicOrder(order: Order): PublicOrder {
  const { orderId, status, customerId, totalMinor, createdAt, updatedAt, history, attention } = order;
  return {
    orderId,
    status,
    ...(customerId !== undefined && { customerId }),
    items: order.items.map(({ productId, name, quantity, unitPriceMinor }) => ({
      productId,
      name,
      quantity,
      price: fromMinor(unitPriceMinor),
    })),
    totalAmount: fromMinor(totalMinor),
    currency: CURRENCY,
    createdAt,
    updatedAt,
    history,
    ...(attention && { attention: { since: attention.since } }),
  };
}

/** An order with everything that the customer sent. */
export function toFullOrder(order: Order): FullOrder {
  const { customerEmail, customerName, customerPhone, shippingAddress, paymentMethod, cancelRequestedAt, attention } =
    order;
  const { attention: _, ...visible } = toPublicOrder(order);
  return {
    ...visible,
    customerEmail,
    ...(customerName !== undefined && { customerName }),
    ...(customerPhone !== undefined && { customerPhone }),
    ...(shippingAddress !== undefined && { shippingAddress }),
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(cancelRequestedAt !== undefined && { cancelRequestedAt }),
    ...(attention && { attention }),
  };
}

/** Confirms that an order is or will be cancelled. */
export function toCancelAccepted({ orderId, status, cancelRequestedAt }: Order): CancelAccepted {
  const message = status === "CANCELLED" ? "Order is cancelled" : "Order will be cancelled";
  return { message, orderId, status, ...(cancelRequestedAt !== undefined && { cancelRequestedAt }) };
}
