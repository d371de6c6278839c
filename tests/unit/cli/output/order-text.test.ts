import { expect } from "chai";
import { describe, it } from "mocha";
import { orderText } from "../../../../cli/output/order-text.ts";
import type { FullOrder } from "../../../../domain/contract/responses.ts";

const ORDER: FullOrder = {
  orderId: "01a1fdf8-a932-7460-b6a4-b3aa026b1f36",
  status: "DELIVERED",
  items: [{ productId: "MUG", name: "Mug", quantity: 3, price: 500 }],
  totalAmount: 1_500,
  currency: "JPY",
  createdAt: "2026-11-30T12:00:00.000Z",
  updatedAt: "2026-11-30T12:00:00.000Z",
  history: [],
  customerEmail: "ada@example.com",
};

describe("The text of an order", () => {
  it("has every amount with the decimal places of the order's currency", () => {
    const payment: FullOrder["payment"] = {
      ...{ status: "PAID", charged: 1_500, refunded: 500, refundable: 700, disputed: 300 },
      refunds: [{ refundId: "r1", amount: 500, status: "SUCCEEDED", reason: "Chipped" }],
    };

    const shown = orderText({ ...ORDER, payment }, { paint: (_, text) => text });

    expect(shown).to.match(/^Total +1500 JPY$/m);
    expect(shown).to.match(/^Charged +1500, refunded 500, disputed 300$/m);
    expect(shown).to.match(/r1 +500 +SUCCEEDED +Chipped/);
    expect(shown).to.not.match(/00\.00\b/);
  });
});
