import type { PublicOrder } from "../../domain/contract/responses.ts";
import type { OrderStatus } from "../../domain/lifecycle.ts";

/** How an order stands, in words for its customer. */
export interface Progress {
  headline: string;
  story: string;
  /** Whether all is well, something is still going on, or the order came to a bad end. */
  tone: "busy" | "good" | "bad";
  steps: Step[];
}

/** One step on the order's way. */
export interface Step {
  title: string;
  state: "done" | "current" | "ahead" | "failed";
  /** When it was reached; RFC 3339. */
  at?: string;
}

/** The steps of an order that goes well, in their order. */
const GOOD_WAY: readonly OrderStatus[] = ["PENDING", "PROCESSING", "COMPLETED", "SHIPPED", "DELIVERED"];

const WORDS: Readonly<Record<OrderStatus, { step: string; headline: string; story: string; tone: Progress["tone"] }>> =
  {
    PENDING: {
      step: "Order placed",
      headline: "Thank you, your order has been placed.",
      story: "We’ll start preparing it shortly. This page updates automatically.",
      tone: "busy",
    },
    PROCESSING: {
      step: "In preparation",
      headline: "We are preparing your order.",
      story: "We’re reserving your items and taking payment. This takes a few seconds.",
      tone: "busy",
    },
    COMPLETED: {
      step: "Paid and packed",
      headline: "Your order is paid and being packed.",
      story: "The payment went through. We’ll email you when it is on its way.",
      tone: "good",
    },
    SHIPPED: {
      step: "On its way",
      headline: "Your order is on its way.",
      story: "It has been shipped. We’ll email you when it has arrived.",
      tone: "good",
    },
    DELIVERED: {
      step: "Delivered",
      headline: "Your order was delivered.",
      story: "Enjoy your order.",
      tone: "good",
    },
    FAILED: {
      step: "Could not be fulfilled",
      headline: "We couldn’t fulfil this order.",
      story: "Something went wrong. You have not been charged, or you have been fully refunded.",
      tone: "bad",
    },
    CANCELLED: {
      step: "Cancelled",
      headline: "This order was cancelled.",
      story: "You have not been charged, or you have been fully refunded.",
      tone: "bad",
    },
  };

/** Tells how an order stands. */
export function progressOf({ status, history }: Pick<PublicOrder, "status" | "history">): Progress {
  const { headline, story, tone } = WORDS[status];
  const reached = history.map((change, index): Step => {
    const isLast = index === history.length - 1;
    const state = !isLast || change.status === "DELIVERED" ? "done" : tone === "bad" ? "failed" : "current";
    return { title: WORDS[change.status].step, state, at: change.at };
  });
  const ahead = tone === "bad" ? [] : GOOD_WAY.slice(GOOD_WAY.indexOf(status) + 1);
  return {
    headline,
    story: history.at(-1)?.reason ?? story,
    tone,
    steps: [...reached, ...ahead.map((each): Step => ({ title: WORDS[each].step, state: "ahead" }))],
  };
}
