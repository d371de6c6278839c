import type { OrderEvent } from "./events.ts";
import type { Order } from "./order.ts";

/** The emails that a customer can get, each for one event of an order. */
export type MailKind = "placed" | "completed" | "failed" | "cancelled" | "shipped" | "delivered" | "refunded";

/** An email to a customer, with the same content as text and HTML. */
export interface Mail {
  subject: string;
  text: string;
  html: string;
}

const KIND_OF: Readonly<Partial<Record<OrderEvent["type"], MailKind>>> = {
  OrderPlaced: "placed",
  OrderCompleted: "completed",
  OrderFailed: "failed",
  OrderCancelled: "cancelled",
  OrderShipped: "shipped",
  OrderDelivered: "delivered",
  OrderRefunded: "refunded",
};

/** The kind of email that reports an event. @returns Nothing for events that customers don't hear of. */
export function mailKind(type: OrderEvent["type"]): MailKind | undefined {
  return KIND_OF[type];
}

/** An email's name among all of its order: there may be several refunds. */
export type MailName = MailKind | `refunded#${string}`;

/** The name of the email that reports an event. */
export function mailName(kind: MailKind, { refund }: Pick<OrderEvent, "refund">): MailName {
  return kind === "refunded" && refund ? `refunded#${refund.refundId}` : kind;
}

/** What is told only of an order that is paid, whatever becomes of it later. */
const TOLD_ONCE_PAID: ReadonlySet<MailKind> = new Set(["completed", "shipped", "delivered", "refunded"]);

/**
 * Whether an email may quote what the customer typed: name and address. Whoever places an order chooses the text and the address
 * that it is sent to, so before the payment the shop would carry anybody's text to anybody. A simulated payment is none.
 */
export function mayQuoteCustomer(kind: MailKind, isDemo: boolean): boolean {
  return TOLD_ONCE_PAID.has(kind) && !isDemo;
}

/** The phone number that is texted, too: only where the customer asked for that, and once they have paid. */
export function textedPhone(
  kind: MailKind,
  { customerPhone, smsUpdates }: Pick<Order, "customerPhone" | "smsUpdates">,
): string | undefined {
  return smsUpdates && TOLD_ONCE_PAID.has(kind) ? customerPhone : undefined;
}
