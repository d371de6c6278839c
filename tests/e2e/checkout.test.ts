import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { simulatorAddress, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { expectOrders, fillIn, orderPlaced, placeOrderButton, toCheckout } from "./shop.ts";

const PRODUCTS = [
  { productId: "PROD-001", name: "Wireless mouse", price: 29.99, stock: 100 },
  { productId: "PROD-002", name: "Keyboard", price: 49.99, stock: 100 },
  { productId: "PROD-003", name: "Desk lamp", price: 20, stock: 3 },
];

describe("The checkout", () => {
  const stack = useStack();
  const visitor = useBrowser();
  before("stock the catalogue", () => stockCatalogue(stack().backOffice, PRODUCTS));
  const openCheckout = async (...products: string[]) => {
    const page = await visitor().open(stack().outputs.websiteUrl ?? "");
    await toCheckout(page, ...products);
    return page;
  };

  it("reports missing values at their fields, before it sends anything", async () => {
    const page = await openCheckout("Wireless mouse");
    const sent = recordOrders(page);

    await placeOrderButton(page).click();

    const notice = page.locator("#checkout-notice");
    await notice.getByRole("heading", { name: "Please check 6 entries" }).waitFor();
    const entries = (await notice.getByRole("link").allTextContents()).map((sentence) => sentence.split(":")[0]);
    expect(entries).to.deep.equal(["Email", "Name", "Street address", "City", "State", "ZIP code"]);
    expect(await notice.and(page.locator(":focus")).count(), "the notice has the focus").to.equal(1);
    const email = page.getByLabel("Email", { exact: true });
    expect(await email.getAttribute("aria-invalid")).to.equal("true");
    expect(await describedBy(page, email)).to.include("Enter an email address, such as name@example.com.");
    expect(sent).to.deep.equal([]);
  });

  it("links each error to its field, and removes it once the field is fixed", async () => {
    const page = await openCheckout("Wireless mouse");
    await fillIn(page, { Email: "ada@example" });
    await placeOrderButton(page).click();
    const email = page.getByLabel("Email", { exact: true });

    await page.getByRole("link", { name: /^Email: / }).click();
    const focusedCount = await email.and(page.locator(":focus")).count();
    await email.fill(simulatorAddress("fixed"));
    const invalid = await email.getAttribute("aria-invalid");
    await placeOrderButton(page).click();

    expect(focusedCount).to.equal(1);
    expect(invalid).to.equal(null);
    await expectOrders(stack().backOffice, simulatorAddress("fixed"), await orderPlaced(page));
  });

  it("shows the API's violations at their fields", async () => {
    visitor().expectErrors(/status of 400/);
    const page = await openCheckout("Wireless mouse", "Keyboard");
    await fillIn(page);
    await page.route("**/orders", (route, request) => {
      const body = request.postDataJSON();
      const [mouse, keyboard] = body.items;
      const changes = { customerEmail: "nobody", items: [mouse, { ...keyboard, quantity: 0 }], giftWrap: true };
      const shippingAddress = { ...body.shippingAddress, zipCode: "" };
      return route.continue({ postData: JSON.stringify({ ...body, ...changes, shippingAddress }) });
    });

    await placeOrderButton(page).click();

    const notice = page.locator("#checkout-notice");
    await notice.getByRole("heading", { name: "Please check 3 entries" }).waitFor();
    for (const label of ["Email", "ZIP code", "Quantity of Keyboard"]) {
      const control = page.getByLabel(label, { exact: true }).and(page.locator("input"));
      expect(await control.getAttribute("aria-invalid"), label).to.equal("true");
      expect(await describedBy(page, control), label).to.match(/\w+/);
    }
    expect(
      await page.getByLabel("Quantity of Wireless mouse").and(page.locator("input")).getAttribute("aria-invalid"),
    ).to.equal("false");
    expect(await notice.textContent(), "without a field").to.match(/giftWrap|unknown|not known/i);
  });

  it("says visibly and aloud when it can't order the quantity that was typed", async () => {
    const page = await openCheckout("Desk lamp");
    const quantity = page.getByRole("spinbutton", { name: "Quantity of Desk lamp" });

    await quantity.selectText();
    await quantity.pressSequentially("9");
    await quantity.press("Tab");

    const note = "Only 3 available: the quantity is 3.";
    await page.locator("#basket").getByText(note).waitFor();
    expect(await page.getByRole("status").allTextContents()).to.include(
      `Desk lamp: 3 in basket. ${note} Total $60.00.`,
    );
    expect(await quantity.inputValue()).to.equal("3");
  });

  it("can be submitted while the prices are loading", async () => {
    const page = await openCheckout("Wireless mouse");
    let respond = () => {};
    const requested = new Promise<void>((resolve) => {
      page.route("**/products*", async (route) => {
        resolve();
        await new Promise<void>((done) => {
          respond = done;
        });
        await route.continue();
      });
    });
    await page.reload();
    await requested;

    await fillIn(page, { Email: simulatorAddress("slow") });
    await placeOrderButton(page).click();
    await page.getByText("Placing your order…").waitFor();
    const total = await page.locator("#basket-total").textContent();
    respond();

    expect(total).to.equal("…");
    await expectOrders(stack().backOffice, simulatorAddress("slow"), await orderPlaced(page));
  });

  it("shows a changed price, and orders at it only after another confirmation", async () => {
    visitor().expectErrors(/status of 422/);
    const page = await openCheckout("Keyboard");
    await fillIn(page, { Email: simulatorAddress("dearer") });
    await stack().backOffice.put("/products/PROD-002", { name: "Keyboard", price: 59.5 });

    await placeOrderButton(page).click();
    await page.getByRole("heading", { name: "The catalogue has changed since you filled your basket" }).waitFor();
    const notice = await page.locator("#checkout-notice").textContent();
    await expectOrders(stack().backOffice, simulatorAddress("dearer"));
    await placeOrderButton(page).click();

    expect(notice).to.include("The total is now $59.50.");
    await expectOrders(stack().backOffice, simulatorAddress("dearer"), await orderPlaced(page));
  });
});

/** Records the bodies of the orders that the page sends from now on. */
function recordOrders(page: Page): unknown[] {
  const sent: unknown[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.postDataJSON());
  });
  return sent;
}

/** A control's accessible description. */
async function describedBy(page: Page, control: ReturnType<Page["locator"]>): Promise<string> {
  const ids = (await control.getAttribute("aria-describedby"))?.split(" ") ?? [];
  const texts = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).textContent()));
  return texts.join(" ");
}
