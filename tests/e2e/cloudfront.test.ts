import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { eventually } from "../support/eventually.ts";
import { stockCatalogue } from "../support/orders.ts";
import { useLocalStack } from "../support/stack.ts";
import { expectAccessible } from "./accessibility.ts";
import { useBrowser } from "./browser.ts";
import { fillIn, isLoaded, PICTURE, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";

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

  it("shows products' images within the content security policy: the site's own, and any other over HTTPS", async () => {
    const elsewhere = "https://images.example.com/lamp.svg";
    await visitor().context.route(elsewhere, (route) => route.fulfill({ contentType: "image/svg+xml", body: PICTURE }));
    const lamp = { productId: "LAMP", name: "Lamp", price: 80, stock: 9, image: elsewhere };
    const mouse = { productId: "MOUSE", name: "Mouse", price: 30, stock: 9, image: "/pictures/wireless-mouse.svg" };
    await stockCatalogue(stack().backOffice, [lamp, mouse]);

    const page = await visitor().open(siteUrl());

    for (const { name } of [lamp, mouse]) {
      const tile = page.getByRole("listitem").filter({ hasText: name });
      await eventually(async () => expect(await isLoaded(tile.locator("img"))).to.equal(true));
    }
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
