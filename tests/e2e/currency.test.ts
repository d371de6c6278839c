import { expect } from "chai";
import { eventually } from "../support/eventually.ts";
import { mailsTo } from "../support/mailbox.ts";
import { CUSTOMER_EMAIL, stockCatalogue } from "../support/orders.ts";
import { orders } from "../support/run-cli.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { useBrowser } from "./browser.ts";
import { fillIn, orderPlaced, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";
import { enterCard, useStripe } from "./stripe.ts";

/** A price, and twice that: as the API has them, as Stripe has it, as people read them, and as files and commands have them. */
const CASES = [
  {
    ...{ currency: "JPY", price: 2_999, total: 5_998, atStripe: "5998 jpy" },
    ...{ shown: ["¥2,999", "¥5,998"], written: ["2999", "5998"] },
  },
  {
    ...{ currency: "KWD", price: 29.99, total: 59.98, atStripe: "59980 kwd" },
    ...{ shown: ["KWD\u00a029.990", "KWD\u00a059.980"], written: ["29.990", "59.980"] },
  },
];

for (const { currency, price, total, atStripe, shown, written } of CASES) {
  describe(`A shop that takes cards in ${currency}`, () => {
    const keys = { stripePublishableKey: "pk_test_123", stripeSecretKey: "sk_test_123" };
    const stack = useLocalStack({ currency, paymentGateway: "stripe", ...keys });
    const visitor = useBrowser();
    const double = useStripe(stack, visitor);
    before("stock the catalogue", () =>
      stockCatalogue(stack().backOffice, [{ productId: "MUG", name: "Mug", price, stock: 10 }]),
    );

    it("shows, takes, confirms and refunds an order in it", async () => {
      const { outputs, backOffice } = stack();
      const page = await visitor().open(outputs.websiteUrl ?? "");
      await page.getByRole("heading", { name: "Mug" }).waitFor();
      const tile = await page.getByRole("list", { name: "Products" }).textContent();
      await toCheckout(page, "Mug");
      await page.getByRole("button", { name: "One more: Mug" }).click();
      const basket = await page.locator("#basket-total").textContent();
      await fillIn(page);
      await enterCard(page, "4242 4242 4242 4242");
      await placeOrderButton(page).click();
      const orderId = await orderPlaced(page);
      await waitForHeadline(page, "Your order is paid and being packed.");
      const [each, sum] = [page.locator(".line-each"), page.locator("#total")];
      const ordered = [await each.textContent(), await sum.textContent()];
      const mail = await eventually(async () => {
        const mails = await mailsTo(CUSTOMER_EMAIL, stack());
        const found = mails.find(({ Subject }) => Subject.endsWith("is paid and being packed"));
        expect(found).not.to.equal(undefined);
        return found;
      });
      const cancelled = await orders(stack(), ["cancel", orderId, "--yes"]);
      await waitForHeadline(page, "This order was cancelled.");

      const { body: order } = await backOffice.get(`/orders/${orderId}`);
      const { payment } = await TestTable.of(stack()).records(orderId);
      const { output: told } = await orders(stack(), ["get", orderId]);
      expect(tile).to.include(shown[0]);
      expect(basket).to.equal(shown[1]);
      expect(ordered).to.deep.equal([`2 × ${shown[0]}`, shown[1]]);
      expect(order).to.include({ status: "CANCELLED", totalAmount: total, currency });
      expect(mail?.BodyText).to.include(`Your payment of ${shown[1]} went through.`);
      expect(double.amounts).to.deep.equal([atStripe]);
      expect([double.charges, double.refunds]).to.deep.equal([1, 1]);
      expect(cancelled.exitCode).to.equal(0);
      expect(payment).to.include({ status: "VOIDED" });
      expect(payment?.refundedMinor).to.equal(payment?.amountMinor).and.to.be.greaterThan(0);
      expect(told).to.match(new RegExp(`^Total +${written[1]} ${currency}$`, "m"));
    });

    it("exports its prices in it, and imports them", async () => {
      const { output: exported } = await orders(stack(), ["products", "export"]);
      const again = await orders(stack(), ["products", "import", "-"], { input: exported });
      const wrong = await orders(stack(), ["products", "import", "-"], {
        input: `productId,price\nMUG,${written[0]}${currency === "JPY" ? ".5" : "1"}\n`,
      });

      expect(exported).to.include(`MUG,Mug,${written[0]},`);
      expect(again.output).to.equal("0 products new, 0 changed, 1 as before.\n");
      expect(wrong.errors).to.include("Line 2: price: The value must ");
    });

    it("describes it in its contract", async () => {
      const response = await fetch(new URL("openapi.json", stack().outputs.websiteUrl));
      const { components } = (await response.json()) as {
        components: { schemas: { PlaceOrder: { properties: { totalAmount: { description: string } } } } };
      };

      expect(components.schemas.PlaceOrder.properties.totalAmount.description).to.include(`In ${currency}, must have `);
    });
  });
}
