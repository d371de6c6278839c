import { escape as escapeHtml } from "es-toolkit";
import type { OrderEvent } from "./events.ts";
import { type FailureReason, reasonSentence } from "./failure-reasons.ts";
import { formatMoney, fromMinor } from "./money.ts";
import type { Order } from "./order.ts";

/** The emails that a customer can get, each for one event of an order. */
export type MailKind = "placed" | "completed" | "failed" | "cancelled" | "shipped" | "delivered";

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
};

/** The kind of email that reports an event. @returns Nothing for events that customers don't hear of. */
export function mailKind(type: OrderEvent["type"]): MailKind | undefined {
  return KIND_OF[type];
}

interface Message {
  /** Continues "Your order <id>": the subject, and the whole text message. */
  headline: string;
  /** Further sentences, for the email only. */
  details: string[];
}

function messageOf(kind: MailKind, order: Order, reason?: FailureReason): Message {
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
  }
}

/**
 * Renders an email. It reports what happened, not the order's current status, so it is correct even if sent late.
 *
 * @param about - Whether payments are simulated, default false; and, for the kind `failed`, why the order failed.
 */
export function mail(
  kind: MailKind,
  order: Order,
  { isDemo = false, reason }: { isDemo?: boolean; reason?: FailureReason | undefined } = {},
): Mail {
  const { headline, details } = messageOf(kind, order, reason);
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
export function sms(kind: MailKind, order: Order): string {
  return `Your order ${order.orderId} ${messageOf(kind, order).headline}.`;
}
