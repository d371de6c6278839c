import { escape as escapeHtml } from "es-toolkit";
import type { OrderEvent } from "./events.ts";
import { reasonSentence } from "./failure-reasons.ts";
import { formatMoney, fromMinor } from "./money.ts";
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

/** What an email needs to know of its event. */
type Reported = Pick<OrderEvent, "reason" | "refund">;

/** An email's name among all of its order: there may be several refunds. */
export type MailName = MailKind | `refunded#${string}`;

/** The name of the email that reports an event. */
export function mailName(kind: MailKind, { refund }: Reported): MailName {
  return kind === "refunded" && refund ? `refunded#${refund.refundId}` : kind;
}

interface Message {
  /** Continues "Your order <id>": the subject, and the whole text message. */
  headline: string;
  /** Further sentences, for the email only. */
  details: string[];
}

function messageOf(kind: MailKind, order: Order, { reason, refund }: Reported): Message {
  switch (kind) {
    case "placed":
      return {
        headline: "was placed",
        details: ["Thank you for your order. We will email you once your payment has gone through."],
      };
    case "completed":
      return {
        headline: "is paid and being packed",
        details: [
          `Your payment of ${moneyText(order.totalMinor, order)} went through. We will email you when your order ships.`,
        ],
      };
    case "failed":
      return { headline: "could not be fulfilled", details: reason === undefined ? [] : [reasonSentence(reason)] };
    case "cancelled":
      return { headline: "was cancelled", details: ["You have not been charged, or you have been fully refunded."] };
    case "shipped":
      return { headline: "is on its way", details: ["We will email you when it has arrived."] };
    case "delivered":
      return { headline: "was delivered", details: ["Enjoy your order."] };
    case "refunded":
      return {
        headline: `has a refund of ${formatMoney(refund?.amount ?? 0, order.currency)}`,
        // Source: "Refunds" in Stripe's documentation.
        details: ["Your bank shows it in five to ten business days."],
      };
  }
}

/**
 * Renders an email. It reports what happened, not the order's current status, so it is correct even if sent late.
 *
 * @param reported - The event: why the order failed, for the kind `failed`; what was refunded, for `refunded`. And whether
 * payments are simulated, by default not.
 */
export function mail(
  kind: MailKind,
  order: Order,
  { isDemo = false, ...reported }: Reported & { isDemo?: boolean } = {},
): Mail {
  const { headline, details } = messageOf(kind, order, reported);
  const subject = `Your order ${order.orderId} ${headline}`;
  const greeting = order.customerName === undefined ? "Hello," : `Hello ${order.customerName},`;
  const paragraphs = [greeting, `Your order ${order.orderId} ${headline}.`, ...details, ...(isDemo ? [DEMO] : [])];
  const rows = order.items.map(({ name, quantity, unitPriceMinor }) => ({
    product: `${quantity} × ${name}`,
    amount: moneyText(quantity * unitPriceMinor, order),
  }));
  rows.push({ product: "Total", amount: moneyText(order.totalMinor, order) });
  return {
    subject,
    text: [...paragraphs, rows.map(({ product, amount }) => `${product}: ${amount}`).join("\n"), ""].join("\n\n"),
    html: [
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
      ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
      "<table>",
      ...rows.map(
        ({ product, amount }) => `<tr><td>${escapeHtml(product)}</td><td align="right">${escapeHtml(amount)}</td></tr>`,
      ),
      "</table></body></html>",
    ].join("\n"),
  };
}

/** So that nobody takes play money for a payment. */
const DEMO = "This is a demo shop: nothing is charged or shipped.";

function moneyText(minor: number, { currency }: Order): string {
  return formatMoney(fromMinor(minor, currency), currency);
}

/** Renders a text message: short, and safe to show on a lock screen. */
export function sms(kind: MailKind, order: Order, reported: Reported = {}): string {
  return `Your order ${order.orderId} ${messageOf(kind, order, reported).headline}.`;
}
