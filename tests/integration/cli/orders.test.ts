import { expect } from "chai";
import { v7 as uuidv7 } from "uuid";
import type { FullOrder } from "../../../orders/answers.ts";
import { orders, ordersJson } from "../../support/command.ts";
import { placeOrder, stockCatalogue } from "../../support/orders.ts";
import { useLocalStack } from "../../support/stack.ts";

describe("orders", function () {
  this.timeout(60_000);
  const stack = useLocalStack();
  before("stock the catalogue", () => stockCatalogue(stack().backOffice));

  describe("get", () => {
    it("shows an order, for people and for scripts", async () => {
      const orderId = await placeOrder(stack().storefront, { customerName: "Ada Lovelace" });

      const shown = await orders(stack(), ["get", orderId]);
      const order = await ordersJson<FullOrder>(stack(), ["get", orderId]);

      expect(shown).to.include({ errors: "", exitCode: 0 });
      expect(shown.output)
        .to.match(new RegExp(`^Order +${orderId}$`, "m"))
        .and.to.match(/^Total +29.99 USD$/m)
        .and.to.match(/^Name +Ada Lovelace$/m)
        .and.to.match(/^PROD-001 +Laptop stand +1 +29.99$/m)
        .and.to.match(/^20\S+Z {2}PENDING$/m);
      expect(order).to.include({ orderId, customerEmail: "ada@example.com", totalAmount: 29.99 });
    });

    it("says with a code of its own that there is none", async () => {
      const missing = await orders(stack(), ["get", uuidv7()]);
      const nonsense = await orders(stack(), ["get", "nonsense"]);

      expect(missing).to.include({ output: "", exitCode: 3 });
      expect(missing.errors).to.match(/^\S.*\.\n$/);
      expect(nonsense).to.include({ output: "", exitCode: 2 });
      expect(nonsense.errors).to.include("An order's id looks like");
    });
  });
});
