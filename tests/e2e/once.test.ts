import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page, Route } from "playwright-core";
import { stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { expectOrders, fillIn, orderPlaced, orderStands, placeOrderButton, toCheckout } from "./shop.ts";

/** What Chromium says of a request that got no answer. */
const NO_ANSWER = /net::ERR_FAILED/;

describe("An order from the website", function () {
  this.timeout(90_000);
  const stack = useStack();
  const visitor = useBrowser();
  before("stock the catalogue", () => stockCatalogue(stack().backOffice));
  const openShop = () => visitor().open(stack().outputs.websiteUrl ?? "");
  const openCheckout = async (email: string) => {
    const page = await openShop();
    await toCheckout(page, "Keyboard");
    await fillIn(page, { Email: email });
    return page;
  };

  it("is placed once by a double click", async () => {
    const page = await openCheckout("double@example.com");

    await placeOrderButton(page).dblclick();

    await expectOrders(stack().backOffice, "double@example.com", await orderPlaced(page));
  });

  it("is placed once when the page is reloaded before the answer has come", async () => {
    const page = await openCheckout("reload@example.com");
    const accepted = acceptWithoutAnswering(page);

    await placeOrderButton(page).click();
    await accepted;
    await page.unroute("**/orders");
    await page.reload();

    await expectOrders(stack().backOffice, "reload@example.com", await orderPlaced(page));
  });

  it("is placed once when its answer is lost", async () => {
    visitor().expectErrors(NO_ANSWER);
    const page = await openCheckout("lost@example.com");
    let tries = 0;
    await page.route("**/orders", async (route) => {
      if (++tries > 1) return route.continue();
      await route.fetch();
      await route.abort();
    });

    await placeOrderButton(page).click();

    const orderId = await orderPlaced(page);
    expect(tries).to.equal(2);
    await expectOrders(stack().backOffice, "lost@example.com", orderId);
  });

  it("is placed once from two tabs with one basket, even when both send it at the same time", async () => {
    const page = await openCheckout("tabs@example.com");
    const other = await visitor().open(page.url());
    await fillIn(other, { Email: "tabs@example.com" });
    // Answered before the other tab has sent, the first order would have emptied the basket of both.
    const sent = Promise.withResolvers<void>();
    await visitor().context.route("**/orders", (route) => sent.promise.then(() => route.continue()));

    await Promise.all([placeOrderButton(page).click(), placeOrderButton(other).click()]);
    sent.resolve();

    const [orderId, otherId] = await Promise.all([orderPlaced(page), orderPlaced(other)]);
    expect(otherId).to.equal(orderId);
    await expectOrders(stack().backOffice, "tabs@example.com", orderId);
  });

  it("leaves an empty basket in the other tab", async () => {
    const page = await openCheckout("empty@example.com");
    const other = await openShop();
    await other.getByRole("link", { name: "Go to checkout" }).waitFor();

    await placeOrderButton(page).click();
    await orderPlaced(page);

    await other.getByText("Your basket is empty.").waitFor();
  });

  it("can be sent again when the shop is back, and is placed once then", async () => {
    visitor().expectErrors(NO_ANSWER);
    const page = await openCheckout("back@example.com");
    await page.route("**/orders", (route) => route.abort());

    await placeOrderButton(page).click();
    await page.getByText("The shop isn’t responding. Trying again…").waitFor();
    await page.getByRole("heading", { name: "Your order isn’t confirmed yet" }).waitFor();
    await page.unroute("**/orders");
    await page.getByRole("button", { name: "Try again" }).click();

    await expectOrders(stack().backOffice, "back@example.com", await orderPlaced(page));
  });

  it("is followed on when the shop is back", async () => {
    visitor().expectErrors(NO_ANSWER);
    const page = await openCheckout("follow@example.com");
    await placeOrderButton(page).click();
    await page.route("**/orders/*", (route) => route.abort());
    await orderPlaced(page);

    await page.getByText("The shop isn’t responding. Still trying…").waitFor();
    await page.unroute("**/orders/*");

    await orderStands(page, "Your order is paid and being packed.");
    expect(await page.getByText("Still trying…").count()).to.equal(0);
  });

  it("can begin when the shop was down at first", async () => {
    visitor().expectErrors(NO_ANSWER);
    await visitor().context.route("**/products*", (route) => route.abort());
    const page = await openShop();
    await page.getByRole("heading", { name: "The products can’t be loaded" }).waitFor();
    await visitor().context.unroute("**/products*");

    await page.getByRole("button", { name: "Try again" }).click();

    await page.getByRole("button", { name: "Add to basket: Keyboard" }).click();
    expect(await page.locator("#basket-total").textContent()).to.equal("$49.99");
  });
});

/** Lets the page's next order reach the API, and keeps the answer. @returns Once the API has accepted the order. */
async function acceptWithoutAnswering(page: Page): Promise<void> {
  const route = await new Promise<Route>((resolve) => void page.route("**/orders", resolve));
  await route.fetch();
}
