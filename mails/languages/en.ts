import type { FailureReason } from "../../domain/failure-reasons.ts";
import type { Facts, Language } from "./language.ts";

const REASONS: Readonly<Record<FailureReason, string>> = {
  OUT_OF_STOCK: "A product in this order is sold out.",
  PAYMENT_DECLINED: "The payment was declined.",
  INSUFFICIENT_FUNDS: "The payment was declined because of insufficient funds.",
  PAYMENT_NOT_COMPLETED: "The payment was not completed in time, and we no longer keep the items for you.",
  UNAVAILABLE: "We could not process this order in time.",
  PAYMENT_UNAVAILABLE: "The payment could not be processed.",
  INTERNAL: "Something went wrong on our side.",
};

/** Source: "Refunds" in Stripe's documentation. */
const BANK_DAYS = "Your bank shows it in five to ten business days.";

function money({ isCharged, isDisputed, refunded }: Facts): string[] {
  if (!isCharged) return ["You weren't charged."];
  if (isDisputed) return ["Your bank has taken the payment back, as you had asked it to."];
  return refunded === undefined ? [] : [`We refunded ${refunded}. ${BANK_DAYS}`];
}

/** English. */
export const en: Language = {
  mails: {
    placed: ({ order }) => ({
      subject: `Your order ${order} was placed`,
      sentences: ["Thank you for your order. We will email you once your payment has gone through."],
    }),
    completed: ({ order, total }) => ({
      subject: `Your order ${order} is paid and being packed`,
      sentences: [`Your payment of ${total} went through. We will email you when your order ships.`],
    }),
    shipped: ({ order }) => ({
      subject: `Your order ${order} is on its way`,
      sentences: ["We will email you when it has arrived."],
    }),
    delivered: ({ order }) => ({ subject: `Your order ${order} was delivered`, sentences: ["Enjoy your order."] }),
    failed: (facts) => ({
      subject: `Your order ${facts.order} could not be fulfilled`,
      sentences: [...(facts.reason ? [REASONS[facts.reason]] : []), ...money(facts)],
    }),
    cancelled: (facts) => ({ subject: `Your order ${facts.order} was cancelled`, sentences: money(facts) }),
    refunded: ({ order, refunded }) => ({
      subject: `Your order ${order} has a refund of ${refunded}`,
      sentences: [BANK_DAYS],
    }),
  },
  greeting: (name) => (name === undefined ? "Hello," : `Hello ${name},`),
  ordered: (order, date) => `Order ${order}, ${date}`,
  total: "Total",
  address: "Delivery address",
  button: "View your order",
  contact: (address) => `Questions? Reply to this email, or write to ${address}.`,
  demo: "This is a demo shop: nothing is charged or shipped.",
};
