import { fromMinor } from "../money.ts";
import type { Order } from "../order.ts";
import type { Description } from "../product.ts";
import { type Counters, reservedOf } from "../stock.ts";
import type { CancelAccepted, FullOrder, FullProduct, OrderCreated, Product, PublicOrder } from "./responses.ts";

/** Builds the API's response bodies. Apart from their schemas, so that the handlers don't have to load those. */

/** Confirms that an order was placed. */
export function toOrderCreated(order: Order): OrderCreated {
  const { orderId, status, totalMinor, currency, createdAt } = order;
  return {
    message: "Order created successfully",
    orderId,
    status,
    totalAmount: fromMinor(totalMinor, currency),
    currency,
    createdAt,
  };
}

/** An order without personal data. Lists its fields one by one, so that new ones stay hidden. */
export function toPublicOrder(order: Order): PublicOrder {
  const { orderId, status, customerId, totalMinor, currency, createdAt, updatedAt, history, attention } = order;
  return {
    orderId,
    status,
    ...(customerId !== undefined && { customerId }),
    items: order.items.map(({ productId, name, quantity, unitPriceMinor }) => ({
      productId,
      name,
      quantity,
      price: fromMinor(unitPriceMinor, currency),
    })),
    totalAmount: fromMinor(totalMinor, currency),
    currency,
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

/** What bodies show of a product. */
interface ShownProduct {
  productId: string;
  about: Description;
  stock: number;
  counters?: Counters;
}

/** A product as customers see it, with its price in the shop's currency. */
export function toPublicProduct({ productId, about, stock }: ShownProduct, currency: string): Product {
  const { name, priceMinor, description, image } = about;
  return {
    productId,
    name,
    price: fromMinor(priceMinor, currency),
    currency,
    ...(description !== undefined && { description }),
    ...(image !== undefined && { image }),
    stock: Math.max(0, stock),
  };
}

/** A product with what only the back office is to know. */
export function toFullProduct(product: ShownProduct, currency: string): FullProduct {
  const { about, counters } = product;
  return {
    ...toPublicProduct(product, currency),
    active: about.active,
    ...(counters && { onHand: counters.onHand, reserved: reservedOf(counters) }),
  };
}
