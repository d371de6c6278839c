import { beforeEach, describe, it } from "mocha";
import { stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { expectAccessible } from "./accessibility.ts";
import { useBrowser } from "./browser.ts";
import { fillIn, orderStands, placeOrderButton, toCheckout } from "./shop.ts";

describe("In a browser, the website delivered by CloudFront", function () {
  this.timeout(60_000);
  const stack = useLocalStack({ siteDelivery: "cloudfront" });
  const visitor = useBrowser();
  /** The emulator has no TLS: the browser comes without, and a header says the contrary. */
  const siteUrl = () => (stack().outputs.websiteUrl ?? "").replace("https:", "http:");
  beforeEach("come with TLS", () =>
    visitor().context.route(`${siteUrl()}**`, (route, request) =>
      route.continue({ headers: { ...request.headers(), "x-forwarded-proto": "https" } }),
    ),
  );

  it("takes orders: its pages may load all that they need, and call the storefront", async () => {
    await stockCatalogue(stack().backOffice);
    const page = await visitor().open(siteUrl());
    await toCheckout(page, "Keyboard");
    await fillIn(page);

    await placeOrderButton(page).click();

    await orderStands(page, "Your order is paid and being packed.");
  });

  it("shows the API reference, whose viewer keeps to the content security policy", async () => {
    const page = await visitor().open(`${siteUrl()}reference.html`);

    await page.getByRole("button", { name: "POST /orders Place an order" }).click();

    await page.getByRole("heading", { name: "Responses" }).waitFor();
  });

  it("has a page for what is not there, which leads to the shop", async () => {
    visitor().expectErrors(/status of 404/);

    const page = await visitor().open(`${siteUrl()}no/such/page`);
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Go to the shop" }).click();

    await page.getByRole("heading", { name: "Good things for every desk." }).waitFor();
  });
});
