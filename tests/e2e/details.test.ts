import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { simulatorAddress, stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { choosePayment, fillIn, orderPlaced, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";

/** What people type at the checkout. */
describe("A customer's details", () => {
  const stack = useLocalStack();
  const visitor = useBrowser();
  before("stock the catalogue", () => stockCatalogue(stack().backOffice));
  const openCheckout = async () => {
    const page = await visitor().open(stack().outputs.websiteUrl ?? "");
    await toCheckout(page, "Keyboard");
    return page;
  };
  const fullOrder = async (page: Page) => (await stack().backOffice.get(`/orders/${await orderPlaced(page)}`)).body;

  for (const [country, labels] of [
    ["Ireland", ["Street address", "Townland (optional)", "City", "County (optional)", "Eircode (optional)"]],
    ["Japan", ["Postal code", "Prefecture", "Street address"]],
    ["Singapore", ["Street address", "Postal code"]],
    ["United States", ["Street address", "City", "State", "ZIP code"]],
  ] as const) {
    it(`have the fields of an address in ${country}, in their order there`, async () => {
      const page = await openCheckout();

      await page.getByLabel("Country").selectOption(country);

      const shown = await page.locator("#address-fields .field").filter({ visible: true }).all();
      const fields = shown.map(async (field) => {
        const isRequired = (await field.locator("input:required").count()) > 0;
        return `${await field.locator("label").textContent()}${isRequired ? "" : " (optional)"}`;
      });
      expect(await Promise.all(fields)).to.deep.equal(labels);
    });
  }

  it("are enough for a parcel to Ireland without a county and an Eircode", async () => {
    const page = await openCheckout();
    await page.getByLabel("Country").selectOption("Ireland");
    for (const [label, value] of Object.entries({ Email: simulatorAddress("irish"), Name: "Nora", City: "Dublin" }))
      await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByLabel("Street address").pressSequentially("7 Eccles Street");

    await placeOrderButton(page).click();

    const order = await fullOrder(page);
    expect(order.customerName).to.equal("Nora");
    expect(order.shippingAddress).to.deep.equal({ street: "7 Eccles Street", city: "Dublin", country: "IE" });
  });

  for (const [what, country, written, expected] of [
    ["as it was pasted", "Ireland", "\u202a+1 (415) 555-0123\u202c", "+14155550123"],
    ["with a trunk zero", "Ireland", "+49 (0) 30 1234567", "+49301234567"],
    ["without a country code", "Ireland", "085 012 3456", "+353850123456"],
  ] as const) {
    it(`have a phone number ${what}, which is stored in E.164`, async () => {
      const page = await openCheckout();
      await fillIn(page, { "Mobile phone": written });
      await page.getByLabel("Country").selectOption(country);

      await placeOrderButton(page).click();

      expect((await fullOrder(page)).customerPhone).to.equal(expected);
    });
  }

  it("are refused where they are typed, with advice, if no server or no phone has such an address", async () => {
    const page = await openCheckout();
    await fillIn(page, { Email: "john..doe@example.com", "Mobile phone": "+49 30", Name: "\u200b" });

    await placeOrderButton(page).click();

    const notice = page.locator("#checkout-notice");
    await notice.getByRole("heading", { name: "Please check 3 entries" }).waitFor();
    expect(await notice.getByRole("link").allTextContents()).to.deep.equal([
      "Email: Enter an email address, such as name@example.com.",
      'Name: The value must not be blank, but is "\\u200b".',
      "Mobile phone: Enter the number with its country code, such as +1 415 555 0123.",
    ]);
  });

  it("need no name without a parcel", async () => {
    const page = await openCheckout();
    await page.getByLabel("Email", { exact: true }).fill(simulatorAddress("nameless"));
    await page.getByRole("radio", { name: /^No address/ }).check();

    await placeOrderButton(page).click();

    expect(await fullOrder(page)).to.not.have.any.keys("customerName", "shippingAddress");
  });

  it("stay after a reload and other countries, whatever was typed, until the order is paid", async () => {
    const page = await openCheckout();
    await fillIn(page, { "Mobile phone": "+1 415", State: "" });
    await page.getByLabel("Country").selectOption("Ireland");
    await page.getByLabel("County").fill("Co. Cork");
    await page.getByRole("radio", { name: /^No address/ }).check();

    await page.reload();
    const choice = await page.getByRole("radio", { name: /^No address/ }).isChecked();
    await page.getByRole("radio", { name: /^Send it to me/ }).check();
    const kept = await typed(page);
    await fillIn(page, { "Mobile phone": "" });
    await placeOrderButton(page).click();
    await waitForHeadline(page, "Your order is paid and being packed.");
    await page.getByRole("link", { name: "Shop", exact: true }).click();
    await toCheckout(page, "Keyboard");

    expect(choice).to.equal(true);
    expect(kept).to.include({ name: "Ada Lovelace", phone: "+1 415", country: "IE", state: "Co. Cork" });
    expect(kept).to.include({ street: "123 Main St", city: "New York", zipCode: "10001" });
    expect(await typed(page)).to.include({ email: "", name: "", street: "" });
  });

  it("stay after a decline, but for the card", async () => {
    const page = await openCheckout();
    await fillIn(page, { Email: simulatorAddress("declined") });
    await choosePayment(page, "Declined");
    await placeOrderButton(page).click();
    await waitForHeadline(page, "Your payment was declined.");
    await page.getByRole("link", { name: "Shop", exact: true }).click();

    await toCheckout(page, "Keyboard");

    expect(await typed(page)).to.include({ email: simulatorAddress("declined"), street: "123 Main St", country: "US" });
    expect(await page.getByRole("radio", { name: /^Approved\b(?! on|,)/ }).isChecked()).to.equal(true);
  });
});

/** What the checkout's fields have, by their ids. */
async function typed(page: Page): Promise<Record<string, string>> {
  // The countries are offered once the rules are loaded.
  await page
    .getByLabel("Country")
    .getByRole("option", { name: "United States", exact: true })
    .waitFor({ state: "attached" });
  const controls = await page.locator("#checkout-form input:not([type=radio]), #checkout-form select").all();
  return Object.fromEntries(
    await Promise.all(controls.map(async (control) => [await control.getAttribute("id"), await control.inputValue()])),
  );
}
