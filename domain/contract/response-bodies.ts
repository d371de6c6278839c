import { omit } from "es-toolkit";
import { awaitingOf } from "../awaited-payment.ts";
import { fromMinor } from "../money.ts";
import type { Order } from "../order.ts";
import type { PaymentRecord } from "../payment.ts";
import { ledgerOf, type Refund, refundableMinor } from "../payment-ledger.ts";
import { paymentStatus } from "../payment-status.ts";
import type { Description } from "../product.ts";
import { type Counters, reservedOf } from "../stock.ts";
import type {
  CancelAccepted,
  FullOrder,
  FullPayment,
  FullProduct,
  OrderCreated,
  Payment,
  Product,
  PublicOrder,
  ShownRefund,
} from "./responses.ts";

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

/** An order as anyone sees it, without personal data. Lists its fields one by one, so that new ones stay hidden. */
export function toPublicOrder(order: Order, payment?: PaymentRecord): PublicOrder {
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
    ...(payment && { payment: { status: paymentStatus(payment) } }),
    ...(attention && { attention: { since: attention.since } }),
  };
}

/** An order as its customer sees it: with all that they sent, and what became of their money. What staff wrote is left out. */
export function toOwnOrder(order: Order, payment?: PaymentRecord): PublicOrder {
  return {
    ...toPublicOrder(order),
    ...sentByCustomer(order),
    ...(payment && { payment: toOwnPayment(payment, order.currency) }),
  };
}

/** An order as the back office sees it and, if it is given, its payment. */
export function toFullOrder(order: Order, payment?: PaymentRecord): FullOrder {
  const { attention: _attention, payment: _payment, ...visible } = toPublicOrder(order);
  return {
    ...visible,
    ...sentByCustomer(order),
    ...(payment && { payment: toFullPayment(payment, order.currency) }),
    ...(order.attention && { attention: order.attention }),
  };
}

function sentByCustomer(order: Order) {
  const { customerEmail, customerName, customerPhone, smsUpdates, locale, shippingAddress } = order;
  const { paymentMethod, cancelRequestedAt } = order;
  return {
    customerEmail,
    ...(customerName !== undefined && { customerName }),
    ...(customerPhone !== undefined && { customerPhone }),
    ...(smsUpdates !== undefined && { smsUpdates }),
    ...(locale !== undefined && { locale }),
    ...(shippingAddress !== undefined && { shippingAddress }),
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(cancelRequestedAt !== undefined && { cancelRequestedAt }),
  };
}

function toOwnPayment(payment: PaymentRecord, currency: string): Payment {
  const { chargedMinor, refundedMinor, refunds } = ledgerOf(payment);
  const { clientSecret } = awaitingOf(payment) ?? {};
  return {
    ...awaitedPayment(payment),
    ...(clientSecret !== undefined && { clientSecret }),
    charged: fromMinor(chargedMinor, currency),
    refunded: fromMinor(refundedMinor, currency),
    refunds: refunds.map((refund) => omit(toRefund(refund, currency), ["reason", "actor"])),
  };
}

/** A payment's status and, while it waits for the customer, how they can go on. */
function awaitedPayment(payment: PaymentRecord) {
  const status = paymentStatus(payment);
  const awaiting = awaitingOf(payment);
  if (!awaiting) return { status };
  const { until, declineReason } = awaiting;
  return {
    status,
    ...(declineReason !== undefined && { declineReason }),
    triesLeft: payment.triesLeft ?? 0,
    until,
  };
}

function toFullPayment(payment: PaymentRecord, currency: string): FullPayment {
  const ledger = ledgerOf(payment);
  return {
    ...awaitedPayment(payment),
    charged: fromMinor(ledger.chargedMinor, currency),
    refunded: fromMinor(ledger.refundedMinor, currency),
    refundable: fromMinor(payment.status === "CHARGED" ? refundableMinor(ledger) : 0, currency),
    disputed: fromMinor(ledger.disputedMinor, currency),
    refunds: ledger.refunds.map((refund) => toRefund(refund, currency)),
  };
}

/** A refund as the back office sees it, of an order in this currency. */
export function toRefund({ refundId, amountMinor, status, at, request }: Refund, currency: string): ShownRefund {
  const amount = fromMinor(amountMinor, currency);
  return { refundId, amount, status, ...request, ...(at !== "" && { createdAt: at }) };
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
