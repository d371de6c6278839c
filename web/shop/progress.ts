import type { PublicOrder } from "../../domain/contract/responses.ts";
import { isFinal, type OrderStatus } from "../../domain/lifecycle.ts";
import type { PAYMENT_STATUSES } from "../../domain/payment-status.ts";

/** An order's progress, as text for its customer. */
export interface Progress {
  headline: string;
  text: string;
  tone: "busy" | "good" | "bad";
  steps: Step[];
}

/** A step of the order. */
export interface Step {
  title: string;
  state: "done" | "current" | "ahead" | "failed";
  /** When it was reached, RFC 3339. */
  at?: string;
}

/** The statuses of an order without problems. */
const HAPPY_PATH: readonly OrderStatus[] = ["PENDING", "PROCESSING", "COMPLETED", "SHIPPED", "DELIVERED"];

/** What became of the money of an order that was undone. */
const UNPAID = "You have not been charged, or you have been fully refunded.";
const MONEY: Readonly<Partial<Record<(typeof PAYMENT_STATUSES)[number], string>>> = {
  CANCELLED: "You have not been charged.",
  REFUNDED: "You have been fully refunded.",
  DISPUTED: "Your bank has taken the payment back.",
};

const TEXTS: Readonly<Record<OrderStatus, { step: string; headline: string; text: string; tone: Progress["tone"] }>> = {
  PENDING: {
    step: "Order placed",
    headline: "Thank you, your order has been placed.",
    text: "This page updates automatically.",
    tone: "busy",
  },
  PROCESSING: {
    step: "In preparation",
    headline: "We are preparing your order.",
    text: "We’re reserving your items and taking payment.",
    tone: "busy",
  },
  COMPLETED: {
    step: "Paid",
    headline: "Your order is paid and being packed.",
    text: "We’ll email you when it is on its way.",
    tone: "good",
  },
  SHIPPED: {
    step: "On its way",
    headline: "Your order is on its way.",
    text: "We’ll email you when it has arrived.",
    tone: "good",
  },
  DELIVERED: {
    step: "Delivered",
    headline: "Your order was delivered.",
    text: "Enjoy your order.",
    tone: "good",
  },
  FAILED: {
    step: "Could not be fulfilled",
    headline: "We couldn’t fulfil this order.",
    text: UNPAID,
    tone: "bad",
  },
  CANCELLED: {
    step: "Cancelled",
    headline: "This order was cancelled.",
    text: UNPAID,
    tone: "bad",
  },
};

/** What is told of an order that waits for a person. */
const LOOKED_INTO = {
  headline: "We are looking into your order.",
  text: "No action is needed.",
  tone: "busy",
} as const;

/** What its customer is told of an order until it is CANCELLED. */
const BEING_CANCELLED = {
  headline: "Your order is being cancelled.",
  text: "If you have paid, you get everything back.",
  tone: "busy",
} as const;

/** What is told of an order that waits for its customer to pay. */
const UNFINISHED = "Only its customer can pay for it: in the browser that placed the order, or by their private link.";
const AWAITED: Readonly<Partial<Record<(typeof PAYMENT_STATUSES)[number], string>>> = {
  ACTION_REQUIRED: "Your bank asks you to confirm the payment.",
  PAYMENT_METHOD_REQUIRED: "Your payment was declined.",
};

/** Describes an order's progress. */
export function progressOf(order: ShownOrder & Pick<PublicOrder, "history">): Progress {
  const { status, history } = order;
  const { headline, text, tone } = textOf(order);
  const reached = history.map((change, index): Step => {
    const isLast = index === history.length - 1;
    const state = !isLast || change.status === "DELIVERED" ? "done" : tone === "bad" ? "failed" : "current";
    return { title: TEXTS[change.status].step, state, at: change.at };
  });
  const ahead = tone === "bad" ? [] : HAPPY_PATH.slice(HAPPY_PATH.indexOf(status) + 1);
  return {
    headline,
    text: history.at(-1)?.reason ?? text,
    tone,
    steps: [...reached, ...ahead.map((each): Step => ({ title: TEXTS[each].step, state: "ahead" }))],
  };
}

type ShownOrder = Pick<PublicOrder, "status" | "attention" | "payment" | "cancelRequestedAt">;

function textOf({ status, attention, payment, cancelRequestedAt }: ShownOrder) {
  if (attention) return LOOKED_INTO;
  if (cancelRequestedAt !== undefined && !isFinal(status)) return BEING_CANCELLED;
  const awaited = status === "PROCESSING" && payment && AWAITED[payment.status];
  const told = TEXTS[status];
  if (!awaited) return { ...told, text: (isUndone(status) && payment && MONEY[payment.status]) || told.text };
  if (payment.until === undefined)
    return { headline: "This order waits for its payment.", text: UNFINISHED, tone: "busy" } as const;
  return { headline: awaited, text: "Your order is waiting for you, and nothing is lost.", tone: "busy" } as const;
}

function isUndone(status: OrderStatus): boolean {
  return status === "FAILED" || status === "CANCELLED";
}
