import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { CUSTOMER_EMAIL, orderBody, placeOrder, stockCatalogue, whileSellingOut } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { expectAccessible } from "./accessibility.ts";
import { useBrowser } from "./browser.ts";
import { fillIn, orderPlaced, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";

const PRODUCTS = [
  { productId: "PROD-001", name: "Wireless mouse", price: 29.99, stock: 100 },
  { productId: "PROD-002", name: "Keyboard", price: 49.99, stock: 100 },
  { productId: "PROD-003", name: "Last lamp", price: 80, stock: 1 },
  { productId: "PROD-004", name: "Sold-out stand", price: 42, stock: 0 },
];

describe("A customer of the website", () => {
  const stack = useStack({ supportEmail: "help@example.com" });
  const visitor = useBrowser();
  beforeEach("stock the catalogue", () => stockCatalogue(stack().backOffice, PRODUCTS));
  const openShop = () => visitor().open(stack().outputs.websiteUrl ?? "");

  it("sees products, prices and what is sold out", async () => {
    const page = await openShop();

    await page.getByRole("heading", { name: "Wireless mouse" }).waitFor();

    const tiles = await page.getByRole("list", { name: "Products" }).getByRole("listitem").allTextContents();
    const [mouse = "", , lamp = "", stand = ""] = tiles;
    expect(tiles).to.have.lengthOf(4);
    expect(mouse).to.include("$29.99").and.to.include("In stock");
    expect(lamp).to.include("Only 1 left");
    expect(stand).to.include("Sold out");
  });

  it("places an order, and sees it become paid", async () => {
    const page = await openShop();
    await toCheckout(page, "Wireless mouse", "Keyboard");
    await page.getByRole("button", { name: "One more: Wireless mouse" }).click();
    const total = await page.locator("#basket-total").textContent();
    await fillIn(page);

    await placeOrderButton(page).click();

    const orderId = await orderPlaced(page);
    await waitForHeadline(page, "Your order is paid and being packed.");
    const { body: order } = await stack().backOffice.get(`/orders/${orderId}`);
    expect(total).to.equal("$109.97");
    expect(order).to.deep.include({ status: "COMPLETED", totalAmount: 109.97, customerEmail: CUSTOMER_EMAIL });
    expect(order.shippingAddress).to.deep.include({ street: "123 Main St", country: "US" });
    expect(await page.getByRole("listitem").filter({ hasText: "Paid" }).getAttribute("aria-current")).to.equal("step");
  });

  it("sees that an order which waits for a person is being looked into, but not why", async () => {
    const { backOffice, storefront, outputs } = stack();
    const items = [{ productId: "PROD-001", quantity: 1 }];
    const orderId = await placeOrder(storefront, { items, paymentMethod: "pm_simulated_refund_refused" });
    const read = async () => (await backOffice.get(`/orders/${orderId}`)).body;
    await eventually(async () => expect((await read()).status).to.equal("COMPLETED"));
    const page = await visitor().open(new URL(`order.html#${orderId}`, outputs.websiteUrl).href);
    await waitForHeadline(page, "Your order is paid and being packed.");

    await backOffice.post(`/orders/${orderId}/cancel`, {});

    await waitForHeadline(page, "We are looking into your order.");
    expect(await page.locator("#status-text").textContent()).to.include("No action is needed.");
    expect(await page.content()).to.not.include("REFUND_REFUSED");
  });

  it("finds the order by its link, as does anyone with the link, whatever a mail program made of it", async () => {
    const page = await openShop();
    await toCheckout(page, "Wireless mouse");
    await fillIn(page);
    await placeOrderButton(page).click();
    await waitForHeadline(page, "Your order is paid and being packed.");

    const otherProfile = await visitor().newProfile();
    const shared = await otherProfile.newPage();
    const { origin, pathname, hash } = new URL(page.url());
    await shared.goto(`${origin}${pathname}?utm_source=mail${hash.toUpperCase()}%20`);
    await page.reload();

    for (const tab of [page, shared]) {
      await waitForHeadline(tab, "Your order is paid and being packed.");
      expect(await tab.locator("#total").textContent()).to.equal("$29.99");
      expect(await tab.locator("body").textContent()).to.not.include(CUSTOMER_EMAIL);
    }
  });

  it("cancels the order after a question, by a link with its token, which the address bar doesn't keep", async () => {
    const { storefront, outputs } = stack();
    const { orderId, token } = (await storefront.post("/orders", orderBody())).body;
    const page = await visitor().open(new URL(`order.html#${orderId}&token=${token}`, outputs.websiteUrl).href);
    await waitForHeadline(page, "Your order is paid and being packed.");
    const contact = await page.getByRole("link", { name: "Write to us about this order" }).getAttribute("href");
    const stranger = await (await visitor().newProfile()).newPage();
    await stranger.goto(page.url());
    await waitForHeadline(stranger, "Your order is paid and being packed.");

    await page.getByRole("button", { name: "Cancel this order" }).click();
    await page.getByRole("button", { name: "Keep the order" }).click();
    await page.getByRole("button", { name: "Cancel this order" }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Cancel the order" }).click();

    await waitForHeadline(page, "This order was cancelled.");
    expect(await page.locator("#status-text").textContent()).to.equal("You have been fully refunded.");
    expect(page.url()).to.match(new RegExp(`order\\.html#${orderId}$`));
    expect(contact).to.equal(`mailto:help@example.com?subject=Order%20${orderId}`);
    expect(await stranger.getByRole("button", { name: "Cancel this order" }).count()).to.equal(0);
  });

  it("sees the order as anyone does once the link has expired", async () => {
    visitor().expectErrors(/status of 404/);
    const orderId = await placeOrder(stack().storefront);

    const expired = `order.html#${orderId}&token=1.${"a".repeat(43)}`;
    const page = await visitor().open(new URL(expired, stack().outputs.websiteUrl).href);

    await waitForHeadline(page, "Your order is paid and being packed.");
    expect(await page.getByRole("button", { name: "Cancel this order" }).count()).to.equal(0);
  });

  it("learns at once that there is too little left", async () => {
    visitor().expectErrors(/status of 422/);
    const page = await openShop();
    await toCheckout(page, "Keyboard");
    await page.getByRole("button", { name: "One more: Keyboard" }).click();
    await fillIn(page);
    await stockCatalogue(stack().backOffice, [{ productId: "PROD-002", name: "Keyboard", price: 49.99, stock: 1 }]);

    await placeOrderButton(page).click();
    await page.getByRole("heading", { name: "There isn’t enough of everything in your basket" }).waitFor();
    const line = await page.getByRole("listitem").filter({ hasText: "There is only 1 of Keyboard left." }).count();
    await page.getByRole("button", { name: "One less: Keyboard" }).click();
    await placeOrderButton(page).click();

    await waitForHeadline(page, "Your order is paid and being packed.");
    expect(line).to.be.at.least(1);
  });

  it("learns that the product has sold out meanwhile", async () => {
    const page = await openShop();
    await toCheckout(page, "Last lamp");
    await fillIn(page);

    await whileSellingOut("PROD-003", stack(), async () => {
      await placeOrderButton(page).click();
      await orderPlaced(page);
    });

    await waitForHeadline(page, "We couldn’t fulfil this order.");
    expect(await page.locator("#status-text").textContent()).to.equal(
      "A product in this order is sold out. You have not been charged.",
    );
  });

  it("learns that an order doesn't exist", async () => {
    visitor().expectErrors(/status of 404/);
    const orderPage = new URL("order.html#0190a4c8-0000-7000-8000-000000000000", stack().outputs.websiteUrl).href;

    const page = await visitor().open(orderPage);

    await waitForHeadline(page, "We can’t find this order.");
  });

  it("can order with the keyboard only", async () => {
    const page = await openShop();
    const { keyboard } = page;
    /** Presses Tab until the focus is on the control. */
    const focus = async (name: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await keyboard.press("Tab");
        if ((await page.locator(":focus").ariaSnapshot()).includes(name)) return;
      }
      throw new Error(`The Tab key doesn't reach ${name}.`);
    };
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();

    await focus("Add to basket: Keyboard");
    await keyboard.press("Enter");
    await focus("Go to checkout");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Checkout" }).waitFor();
    await focus("Email");
    await keyboard.type(CUSTOMER_EMAIL);
    await focus("Send it to me");
    await keyboard.press("ArrowDown");
    await focus("Place order");
    await keyboard.press("Enter");

    await waitForHeadline(page, "Your order is paid and being packed.");
  });
});
