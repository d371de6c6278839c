import type { Order } from "../../domain/order.ts";

/** An order that is being fulfilled. */
export const PROCESSING_ORDER: Order = {
  orderId: "0192c1a0-0000-7000-8000-000000000001",
  status: "PROCESSING",
  version: 2,
  items: [{ productId: "A", name: "A", quantity: 1, unitPriceMinor: 1_000 }],
  totalMinor: 1_000,
  currency: "USD",
  customerEmail: "jo@example.com",
  createdAt: "2029-12-31T23:59:58.000Z",
  updatedAt: "2029-12-31T23:59:59.000Z",
  history: [
    { status: "PENDING", at: "2029-12-31T23:59:58.000Z" },
    { status: "PROCESSING", at: "2029-12-31T23:59:59.000Z" },
  ],
};
