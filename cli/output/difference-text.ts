import { fromMinor } from "../../domain/money.ts";
import type { Difference, DifferenceKind } from "../../domain/reconciliation.ts";
import { priceText } from "./price-text.ts";

/** What differs, with both amounts, and what to do about it. */
export function differenceText({ kind, orderId, providerId, currency, oursMinor, theirsMinor }: Difference): string {
  const [ours, theirs] = [oursMinor, theirsMinor].map(
    (minor) => `${priceText(fromMinor(minor, currency), currency)} ${currency}`,
  );
  return `${orderId}, ${providerId}: ${TEXTS[kind](theirs ?? "", ours ?? "")}`;
}

const TEXTS: Record<DifferenceKind, (theirs: string, ours: string) => string> = {
  CHARGE_WITHOUT_ORDER: (theirs) =>
    `Stripe keeps ${theirs}, but there is no such order. If orders were lost, restore them; otherwise refund the payment in Stripe's dashboard.`,
  CHARGE_OF_ANOTHER_PAYMENT: (theirs) =>
    `Stripe keeps ${theirs}, but the order names another payment, or none. If records were lost, restore them; otherwise refund this payment in Stripe's dashboard.`,
  CHARGE_NOT_RECORDED: (theirs) =>
    `Stripe charged ${theirs}, but the order says that nothing is charged. Refund the payment in Stripe's dashboard.`,
  CHARGE_NOT_MADE: (_theirs, ours) =>
    `The order says that ${ours} is charged, but Stripe charged nothing. Is stripeSecretKey of another account? Otherwise don't ship the order, or have it paid in another way.`,
  CHARGE_DIFFERS: (theirs, ours) =>
    `Stripe charged ${theirs}, the order says ${ours}. Refund the customer in Stripe's dashboard, or have the rest paid.`,
  REFUNDS_DIFFER: (theirs, ours) =>
    `Stripe refunded ${theirs}, the order says ${ours}. If the customer got too little, refund the rest in Stripe's dashboard.`,
  DISPUTES_DIFFER: (theirs, ours) =>
    `Of the charge, ${theirs} is disputed at Stripe, the order says ${ours}. Look the payment up in Stripe's dashboard, and settle it there.`,
};
