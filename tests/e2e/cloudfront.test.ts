import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { expectAccessible } from "../support/accessibility.ts";
import { useBrowser } from "../support/browser.ts";
import { useLocalStack } from "../support/stack.ts";

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

  it("has a page for what is not there, which leads to the shop", async () => {
    visitor().expectErrors(/status of 404/);

    const page = await visitor().open(`${siteUrl()}no/such/page`);

    expect(await page.getByRole("heading", { level: 1 }).textContent()).to.equal("Page not found");
    expect(await page.getByRole("link", { name: "shop" }).getAttribute("href")).to.equal("/");
    await expectAccessible(page);
  });
});
