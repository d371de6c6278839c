import { expect } from "chai";
import { before, beforeEach, describe, it } from "mocha";
import type { BrowserContext, Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { CUSTOMER_EMAIL, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { expectAccessible } from "./accessibility.ts";
import { useBrowser } from "./browser.ts";
import { fillIn, orderPlaced, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";
import { enterCard, serveStripeScript, useStripe } from "./stripe.ts";

const GOOD = "4242 4242 4242 4242";
const POOR = "4000 0000 0000 9995";
const ASKS = "4000 0027 6000 3184";

const PAID = "Your order is paid and being packed.";
const DECLINED = "Your payment was declined.";
const ASKED = "Your bank asks you to confirm the payment.";

/**
 * The whole way of a card: from the customer's browser, which gets a double of Stripe.js, to a double of Stripe's API. Stripe's own
 * mock has to accept every request.
 */
describe("A shop that takes cards", () => {
  const stack = useLocalStack({
    ...{ paymentGateway: "stripe", stripePublishableKey: "pk_test_123", stripeSecretKey: "sk_test_123" },
    paymentDeadlineMinutes: "1",
  });
  const visitor = useBrowser();
  const double = useStripe(stack, visitor);
  let chargesBefore: number;

  before("stock the catalogue", () => stockCatalogue(stack().backOffice));
  beforeEach("count earlier charges", () => {
    chargesBefore = double.charges;
  });

  const charges = () => double.charges - chargesBefore;
  const bank = (page: Page) => page.getByRole("dialog", { name: "Your bank" });
  const open = async (page: Page) => {
    await page.goto(stack().outputs.websiteUrl ?? "");
    await toCheckout(page, "Keyboard");
    await fillIn(page);
  };

  /** Places an order with a card. */
  async function order(card: string, profile: BrowserContext = visitor().context): Promise<Page> {
    const page = await profile.newPage();
    await open(page);
    await enterCard(page, card);
    await placeOrderButton(page).click();
    return page;
  }

  it("charges a card that is accepted", async () => {
    const page = await order(GOOD);

    await waitForHeadline(page, PAID);
    expect(charges()).to.equal(1);
    expect(double.amounts.at(-1)).to.equal("4999 usd");
  });

  it("says what is wrong with the card before it sends anything, and loads Stripe.js only in the checkout", async () => {
    const page = await visitor().context.newPage();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    await page.goto(stack().outputs.websiteUrl ?? "");
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();
    const inShop = loaded.filter((url) => url.includes("stripe"));
    await toCheckout(page, "Keyboard");
    await fillIn(page);
    await page.getByLabel("Card number").waitFor();
    await expectAccessible(page);

    await placeOrderButton(page).click();
    await page.getByText("Your card number is incomplete.").waitFor();
    await enterCard(page, GOOD);
    await placeOrderButton(page).click();

    await waitForHeadline(page, PAID);
    expect(inShop).to.deep.equal([]);
    expect(charges()).to.equal(1);
  });

  it("says that Stripe.js can't be loaded, and takes the card once it can", async () => {
    visitor().expectErrors(/net::ERR_FAILED/);
    await visitor().context.route("https://js.stripe.com/**", (route) => route.abort(), { times: 2 });
    const page = await visitor().context.newPage();
    await open(page);
    await page.getByText("The card form can’t be loaded.").waitFor();

    await placeOrderButton(page).click();
    await enterCard(page, GOOD);
    await placeOrderButton(page).click();

    await waitForHeadline(page, PAID);
  });

  it("lets the bank ask the customer, who passes", async () => {
    const page = await order(ASKS);

    await bank(page).getByRole("button", { name: "Complete" }).click();

    await waitForHeadline(page, PAID);
    expect(charges()).to.equal(1);
  });

  it("takes another card once the customer has refused", async () => {
    const page = await order(ASKS);
    await bank(page).getByRole("button", { name: "Fail" }).click();
    await waitForHeadline(page, DECLINED);
    await expectAccessible(page);

    await enterCard(page, GOOD);
    await page.getByRole("button", { name: "Pay $49.99" }).click();

    await waitForHeadline(page, PAID);
    expect(charges()).to.equal(1);
  });

  it("says why a card was declined, and takes another one after a reload", async () => {
    const page = await order(POOR);
    await waitForHeadline(page, DECLINED);
    await page.getByText("There isn’t enough money on this card for the order.").waitFor();
    await page.reload();

    await enterCard(page, GOOD);
    await page.getByRole("button", { name: "Pay $49.99" }).click();

    await waitForHeadline(page, PAID);
    expect(charges()).to.equal(1);
  });

  it("lets the bank ask again after a reload, and on another device", async () => {
    const page = await order(ASKS);
    await bank(page).waitFor();
    await page.reload();
    await waitForHeadline(page, ASKED);
    await page.getByRole("button", { name: "Confirm with your bank" }).waitFor();
    const token = await page.evaluate<string>("JSON.parse(localStorage.getItem('order-tokens')).at(-1)[1]");
    const phone = await visitor().newProfile();
    await serveStripeScript(phone, double);

    const there = await phone.newPage();
    await there.goto(`${page.url()}&token=${token}`);
    await bank(there).getByRole("button", { name: "Complete" }).click();

    for (const each of [there, page]) await waitForHeadline(each, PAID);
    expect(there.url()).to.equal(page.url());
    expect(charges()).to.equal(1);
  });

  it("fails the order if the bank is never answered, and loses nothing that was typed", async () => {
    const page = await order(ASKS);
    await bank(page).waitFor();
    const first = await orderPlaced(page);

    await waitForHeadline(page, "We couldn’t fulfil this order.");
    const reason = await page.locator("#status-text").textContent();
    await page.reload();
    await page.getByRole("button", { name: "Put everything back in the basket" }).click();
    await eventually(async () =>
      expect(await page.getByLabel("Email", { exact: true }).inputValue()).to.equal(CUSTOMER_EMAIL),
    );
    await enterCard(page, GOOD);
    await placeOrderButton(page).click();

    await waitForHeadline(page, PAID);
    expect(reason).to.match(/^The payment was not completed in time. You have not been charged/);
    expect(await orderPlaced(page)).to.not.equal(first);
    expect(charges()).to.equal(1);
  });
});
