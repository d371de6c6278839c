import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { CUSTOMER_EMAIL, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { TestTable } from "../support/table.ts";
import { expectAccessible } from "./accessibility.ts";
import { useBrowser } from "./browser.ts";
import { choosePayment, fillIn, orderPlaced, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";

const PAID = "Your order is paid and being packed.";
const DECLINED = "Your payment was declined.";
const ASKED = "Your bank asks you to confirm the payment.";

/** How a customer finishes the payment of an order that waits for them, with the simulated provider. */
describe("A customer whose order waits for its payment", () => {
  const stack = useLocalStack();
  const visitor = useBrowser({ reducedMotion: "reduce" });
  beforeEach("stock the catalogue", () => stockCatalogue(stack().backOffice));

  /** Places an order with a test card. */
  async function order(card: string): Promise<Page> {
    const page = await visitor().open(stack().outputs.websiteUrl ?? "");
    await toCheckout(page, "Keyboard");
    await fillIn(page);
    await choosePayment(page, card);
    await placeOrderButton(page).click();
    return page;
  }

  const charges = async (page: Page) => (await TestTable.of(stack()).records(await orderPlaced(page))).charge.charges;

  it("tries another card on the same order, after learning why the first one was declined", async () => {
    const page = await order("Insufficient funds");
    await waitForHeadline(page, DECLINED);
    const orderId = await orderPlaced(page);
    const reason = await page.locator("#payment-text").textContent();
    const limits = await page.locator("#payment-limits").textContent();
    await expectAccessible(page);

    await choosePayment(page, "Declined");
    await page.getByRole("button", { name: "Pay $" }).click();
    await page.getByText("You can try 3 more cards.").waitFor();
    await choosePayment(page, "Approved");
    await page.getByRole("button", { name: "Pay $" }).click();

    await waitForHeadline(page, PAID);
    expect(reason).to.equal("There isn’t enough money on this card for the order. You have not been charged.");
    expect(limits).to.match(/^You can try 4 more cards. Until .+, we keep your items for you.$/);
    expect(await page.locator("#payment").isVisible()).to.equal(false);
    expect(await orderPlaced(page)).to.equal(orderId);
    expect(await charges(page)).to.equal(1);
  });

  it("confirms with their bank, also after a reload", async () => {
    const page = await order("Bank asks you");
    await waitForHeadline(page, ASKED);
    await expectAccessible(page);
    await page.reload();

    await page.getByRole("button", { name: "Confirm the payment" }).click();

    await waitForHeadline(page, PAID);
    expect(await charges(page)).to.equal(1);
  });

  it("refuses, and pays with another card", async () => {
    const page = await order("Bank asks you");

    await page.getByRole("button", { name: "Refuse the payment" }).click();
    await waitForHeadline(page, DECLINED);
    await page.getByRole("button", { name: "Pay $" }).click();

    await waitForHeadline(page, PAID);
    expect(await charges(page)).to.equal(1);
  });

  it("finishes on another device, by the link with the order's token, which others don't have", async () => {
    const page = await order("Declined");
    await waitForHeadline(page, DECLINED);
    await visitor().context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy a link to pay on another device" }).click();
    await page.getByText("The link has been copied.").waitFor();
    const link = await page.evaluate<string>("navigator.clipboard.readText()");

    const stranger = await (await visitor().newProfile()).newPage();
    await stranger.goto(page.url());
    await waitForHeadline(stranger, "This order waits for its payment.");
    const phone = await (await visitor().newProfile()).newPage();
    await phone.goto(link);
    await waitForHeadline(phone, DECLINED);
    const address = phone.url();
    await phone.getByRole("button", { name: "Pay $" }).click();

    for (const each of [phone, page, stranger]) await waitForHeadline(each, PAID);
    expect(link).to.include("&token=");
    expect(address).to.equal(page.url());
    expect(await stranger.locator("#payment").isVisible()).to.equal(false);
  });

  it("learns that the shop doesn't respond, and tries again", async () => {
    visitor().expectErrors(/net::ERR_FAILED/);
    const page = await order("Declined");
    await waitForHeadline(page, DECLINED);
    await page.route("**/payment", (route) => route.abort(), { times: 2 });

    await page.getByRole("button", { name: "Pay $" }).click();
    await page.getByText("The shop isn’t responding. Try again: you can’t be charged twice.").waitFor();
    await page.getByRole("button", { name: "Pay $" }).click();

    await waitForHeadline(page, PAID);
  });
});

describe("A customer who doesn't finish the payment in time", () => {
  const stack = useLocalStack({ paymentDeadlineMinutes: "1" });
  const visitor = useBrowser();

  it("learns what happened, and orders again without typing anything again", async () => {
    await stockCatalogue(stack().backOffice, [{ productId: "PROD-001", name: "Last lamp", price: 80, stock: 1 }]);
    const page = await visitor().open(stack().outputs.websiteUrl ?? "");
    await toCheckout(page, "Last lamp");
    await fillIn(page);
    await choosePayment(page, "Bank asks you");
    await placeOrderButton(page).click();
    await waitForHeadline(page, ASKED);
    const first = await orderPlaced(page);

    await waitForHeadline(page, "We couldn’t fulfil this order.");
    const reason = await page.locator("#status-text").textContent();
    await page.getByRole("button", { name: "Put everything back in the basket" }).click();
    await eventually(async () =>
      expect(await page.getByLabel("Email", { exact: true }).inputValue()).to.equal(CUSTOMER_EMAIL),
    );
    await placeOrderButton(page).click();

    await waitForHeadline(page, PAID);
    expect(reason).to.equal(
      "The payment was not completed in time. You have not been charged, and the items are no longer kept for you.",
    );
    expect(await orderPlaced(page)).to.not.equal(first);
  });
});
