import type { MailKind } from "../../domain/mails.ts";
import type { Order } from "../../domain/order.ts";
import type { PaymentRecord } from "../../domain/payment.ts";
import type { Reported } from "../../mails/view.ts";

/** Locales of the samples, one for each language. */
export const SAMPLE_LOCALES = ["en-US", "de-DE"] as const;

const ORDER: Omit<Order, "locale"> = {
  orderId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f36",
  status: "COMPLETED",
  version: 3,
  items: [
    { productId: "PROD-001", name: "Wireless mouse", quantity: 2, unitPriceMinor: 2_999 },
    {
      productId: "PROD-002",
      name: "Mechanical keyboard with a name that needs two lines",
      quantity: 1,
      unitPriceMinor: 4_999,
    },
  ],
  totalMinor: 10_997,
  currency: "USD",
  customerEmail: "ada@example.com",
  customerName: "Ada Lovelace",
  shippingAddress: { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "US" },
  createdAt: "2026-01-15T10:30:00.000Z",
  updatedAt: "2026-01-15T10:30:00.000Z",
  history: [],
};

const REFUNDED: PaymentRecord = { status: "VOIDED", amountMinor: 10_997, refundedMinor: 10_997 };

/** Every email that a customer can get, with made-up data: its kind, a name, and what it reports. */
export function sampleMails(locale: string): { kind: MailKind; name: string; reported: Reported }[] {
  const order = { ...ORDER, locale };
  const orderUrl = `https://shop.example.com/order.html#${order.orderId}&token=sample`;
  const sample = (kind: MailKind, name: string = kind, more: Partial<Reported> = {}) => ({
    kind,
    name,
    reported: { order, event: {}, isDemo: false, orderUrl, ...more },
  });
  return [
    sample("placed"),
    sample("completed"),
    sample("completed", "completed-demo", { isDemo: true }),
    sample("shipped"),
    sample("delivered"),
    sample("failed", "failed", { event: { reason: "OUT_OF_STOCK" } }),
    sample("failed", "failed-refunded", { event: { reason: "UNAVAILABLE" }, payment: REFUNDED }),
    sample("cancelled"),
    sample("cancelled", "cancelled-refunded", { payment: REFUNDED }),
    sample("cancelled", "cancelled-disputed", { payment: { ...REFUNDED, refundedMinor: 0, isDisputed: true } }),
    sample("refunded", "refunded", {
      event: { refund: { refundId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f37", amount: 5.5 } },
    }),
  ];
}
