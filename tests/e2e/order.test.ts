import { expect } from "chai";
import { before, describe, it } from "mocha";
import { stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { choosePayment, fillIn, orderPlaced, orderStands, placeOrderButton, toCheckout } from "./shop.ts";

const PRODUCTS = [
  { productId: "PROD-001", name: "Wireless mouse", price: 29.99, stock: 100 },
  { productId: "PROD-002", name: "Keyboard", price: 49.99, stock: 100 },
  { productId: "PROD-003", name: "Last lamp", price: 80, stock: 1 },
  { productId: "PROD-004", name: "Sold-out stand", price: 42, stock: 0 },
];

describe("A customer of the website", function () {
  this.timeout(90_000);
  const stack = useStack();
  const visitor = useBrowser();
  before("stock the catalogue", () => stockCatalogue(stack().backOffice, PRODUCTS));
  const openShop = () => visitor().open(stack().outputs.websiteUrl ?? "");

  it("sees what is sold, at which price, and what is not to be had", async () => {
    const page = await openShop();

    await page.getByRole("heading", { name: "Wireless mouse" }).waitFor();

    const tiles = await page.getByRole("list", { name: "Products" }).getByRole("listitem").allTextContents();
    const [mouse = "", , lamp = "", stand = ""] = tiles;
    expect(tiles).to.have.lengthOf(4);
    expect(mouse).to.include("$29.99").and.to.include("In stock");
    expect(lamp).to.include("Only 1 left");
    expect(stand).to.include("Sold out");
  });

  it("orders, and watches the order until it is paid", async () => {
    const page = await openShop();
    await toCheckout(page, "Wireless mouse", "Keyboard");
    await page.getByRole("button", { name: "One more: Wireless mouse" }).click();
    const total = await page.locator("#basket-total").textContent();
    await fillIn(page);

    await placeOrderButton(page).click();

    const orderId = await orderPlaced(page);
    await orderStands(page, "Your order is paid and being packed.");
    const { body: order } = await stack().backOffice.get(`/orders/${orderId}`);
    expect(total).to.equal("$109.97");
    expect(order).to.deep.include({ status: "COMPLETED", totalAmount: 109.97, customerEmail: "ada@example.com" });
    expect(order.shippingAddress).to.deep.include({ street: "123 Main St", country: "US" });
    expect(
      await page.getByRole("listitem").filter({ hasText: "Paid and packed" }).getAttribute("aria-current"),
    ).to.equal("step");
  });

  it("finds the order again by its link, and so does whom the link is sent to", async () => {
    const page = await openShop();
    await toCheckout(page, "Wireless mouse");
    await fillIn(page);
    await placeOrderButton(page).click();
    await orderStands(page, "Your order is paid and being packed.");

    const friend = await visitor().friend();
    const shared = await friend.newPage();
    await shared.goto(page.url());
    await page.reload();

    for (const tab of [page, shared]) {
      await orderStands(tab, "Your order is paid and being packed.");
      expect(await tab.locator("#total").textContent()).to.equal("$29.99");
      expect(await tab.locator("body").textContent()).to.not.include("ada@example.com");
    }
  });

  it("hears that the payment was declined, and can order again with another card", async () => {
    const page = await openShop();
    await toCheckout(page, "Keyboard");
    await fillIn(page);
    await choosePayment(page, "Declined");

    await placeOrderButton(page).click();
    await orderStands(page, "We couldn’t fulfil this order.");
    const story = await page.locator("#story").textContent();
    await page.getByRole("button", { name: "Put everything back in the basket" }).click();
    await fillIn(page);
    await placeOrderButton(page).click();

    await orderStands(page, "Your order is paid and being packed.");
    expect(story).to.equal("The payment was declined. You have not been charged.");
  });

  it("hears that somebody else was faster with the last piece", async () => {
    const page = await openShop();
    await toCheckout(page, "Last lamp");
    await fillIn(page);
    await stack().backOffice.put("/products/PROD-003", { name: "Last lamp", price: 80, stock: 0 });

    await placeOrderButton(page).click();

    await orderStands(page, "We couldn’t fulfil this order.");
    expect(await page.locator("#story").textContent()).to.equal(
      "A product in this order is sold out. You have not been charged.",
    );
  });

  it("hears that there is no such order", async () => {
    visitor().expectErrors(/status of 404/);
    const orderPage = new URL("order.html#0190a4c8-0000-7000-8000-000000000000", stack().outputs.websiteUrl).href;

    const page = await visitor().open(orderPage);

    await orderStands(page, "We can’t find this order.");
  });

  it("needs no mouse", async () => {
    const page = await openShop();
    const { keyboard } = page;
    /** Goes from control to control until the focus is on this one. */
    const reach = async (name: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await keyboard.press("Tab");
        if ((await page.locator(":focus").ariaSnapshot()).includes(name)) return;
      }
      throw new Error(`The keyboard doesn't get to ${name}.`);
    };
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();

    await reach("Add to basket: Keyboard");
    await keyboard.press("Enter");
    await reach("Go to checkout");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Checkout" }).waitFor();
    await reach("Email");
    await keyboard.type("ada@example.com");
    await reach("Send it to me");
    await keyboard.press("ArrowDown");
    await reach("Place order");
    await keyboard.press("Enter");

    await orderStands(page, "Your order is paid and being packed.");
  });
});
