import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page, Route } from "playwright-core";
import { simulatorAddress, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { expectOrders, fillIn, orderPlaced, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";

/** Chromium's error for an aborted request. */
const NO_RESPONSE = /net::ERR_FAILED/;

describe("An order from the website", () => {
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

  it("is placed once despite a double click", async () => {
    const page = await openCheckout(simulatorAddress("double"));

    await placeOrderButton(page).dblclick();

    await expectOrders(stack().backOffice, simulatorAddress("double"), await orderPlaced(page));
  });

  it("is placed once if the page is reloaded before the response arrives", async () => {
    const page = await openCheckout(simulatorAddress("reload"));
    const accepted = acceptWithoutResponse(page);

    await placeOrderButton(page).click();
    await accepted;
    await page.reload();

    await expectOrders(stack().backOffice, simulatorAddress("reload"), await orderPlaced(page));
  });

  it("is placed once if its response is lost", async () => {
    visitor().expectErrors(NO_RESPONSE);
    const page = await openCheckout(simulatorAddress("lost"));
    let attempts = 0;
    await page.route("**/orders", async (route) => {
      if (++attempts > 1) return route.continue();
      await route.fetch();
      await route.abort();
    });

    await placeOrderButton(page).click();

    const orderId = await orderPlaced(page);
    expect(attempts).to.equal(2);
    await expectOrders(stack().backOffice, simulatorAddress("lost"), orderId);
  });

  it("is placed once from two tabs, even if both send it at the same time", async () => {
    const page = await openCheckout(simulatorAddress("tabs"));
    const other = await visitor().open(page.url());
    await fillIn(other, { Email: simulatorAddress("tabs") });
    // A response before the other tab has sent would empty the basket of both.
    const sent = Promise.withResolvers<void>();
    await visitor().context.route("**/orders", (route) => sent.promise.then(() => route.continue()));

    await Promise.all([placeOrderButton(page).click(), placeOrderButton(other).click()]);
    sent.resolve();

    const [orderId, otherId] = await Promise.all([orderPlaced(page), orderPlaced(other)]);
    expect(otherId).to.equal(orderId);
    await expectOrders(stack().backOffice, simulatorAddress("tabs"), orderId);
  });

  it("empties the basket in other tabs", async () => {
    const page = await openCheckout(simulatorAddress("empty"));
    const other = await openShop();
    await other.getByRole("link", { name: "Go to checkout" }).waitFor();

    await placeOrderButton(page).click();
    await orderPlaced(page);

    await other.getByText("Your basket is empty.").waitFor();
  });

  it("can be sent again after an outage, and is placed once", async () => {
    visitor().expectErrors(NO_RESPONSE);
    const page = await openCheckout(simulatorAddress("back"));
    await page.route("**/orders", (route) => route.abort());

    await placeOrderButton(page).click();
    await page.getByText("The shop isn’t responding. Trying again…").waitFor();
    await page.getByRole("heading", { name: "Your order isn’t confirmed yet" }).waitFor();
    await page.unroute("**/orders");
    await page.getByRole("button", { name: "Try again" }).click();

    await expectOrders(stack().backOffice, simulatorAddress("back"), await orderPlaced(page));
  });

  it("is polled again after an outage", async () => {
    visitor().expectErrors(NO_RESPONSE);
    const page = await openCheckout(simulatorAddress("follow"));
    await placeOrderButton(page).click();
    await page.route("**/orders/*", (route) => route.abort());
    await orderPlaced(page);

    await page.getByText("The shop isn’t responding. Still trying…").waitFor();
    await page.unroute("**/orders/*");

    await waitForHeadline(page, "Your order is paid and being packed.");
    expect(await page.getByText("Still trying…").count()).to.equal(0);
  });

  it("can be placed after an outage while the shop loaded", async () => {
    visitor().expectErrors(NO_RESPONSE);
    await visitor().context.route("**/products*", (route) => route.abort());
    const page = await openShop();
    await page.getByRole("heading", { name: "The products can’t be loaded" }).waitFor();
    await visitor().context.unroute("**/products*");

    await page.getByRole("button", { name: "Try again" }).click();

    await page.getByRole("button", { name: "Add to basket: Keyboard" }).click();
    expect(await page.locator("#basket-total").textContent()).to.equal("$49.99");
  });
});

/** Forwards the page's next order to the API, and withholds the response. Resolves once the API has accepted it. */
async function acceptWithoutResponse(page: Page): Promise<void> {
  let isFirst = true;
  const first = await new Promise<Route>((resolve) => {
    void page.route("**/orders", (route) => {
      if (!isFirst) return route.continue();
      isFirst = false;
      resolve(route);
    });
  });
  await first.fetch();
}
