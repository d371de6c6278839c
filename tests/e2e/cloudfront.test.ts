import { beforeEach, describe, it } from "mocha";
import { stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { expectAccessible } from "./accessibility.ts";
import { useBrowser } from "./browser.ts";
import { fillIn, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";

describe("The website on CloudFront, in a browser,", () => {
  const stack = useLocalStack({ siteDelivery: "cloudfront" });
  const visitor = useBrowser();
  /** The emulator has no TLS: the browser uses HTTP, and a header claims the opposite. */
  const siteUrl = () => (stack().outputs.websiteUrl ?? "").replace("https:", "http:");
  beforeEach("pretend to use TLS", () =>
    visitor().context.route(`${siteUrl()}**`, (route, request) =>
      route.continue({ headers: { ...request.headers(), "x-forwarded-proto": "https" } }),
    ),
  );

  it("takes orders: its pages can load all they need, and call the storefront", async () => {
    await stockCatalogue(stack().backOffice);
    const page = await visitor().open(siteUrl());
    await toCheckout(page, "Keyboard");
    await fillIn(page);

    await placeOrderButton(page).click();

    await waitForHeadline(page, "Your order is paid and being packed.");
  });

  it("shows the API reference within the content security policy", async () => {
    const page = await visitor().open(`${siteUrl()}reference.html`);

    await page.getByRole("button", { name: "POST /orders Place an order" }).click();

    await page.getByRole("heading", { name: "Responses" }).waitFor();
  });

  it("has a page for missing URLs, with a link to the shop", async () => {
    visitor().expectErrors(/status of 404/);

    const page = await visitor().open(`${siteUrl()}no/such/page`);
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Go to the shop" }).click();

    await page.getByRole("heading", { name: "Good things for every desk." }).waitFor();
  });
});
