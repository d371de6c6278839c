import { expect } from "chai";
import { sum } from "es-toolkit";
import { before, describe, it } from "mocha";
import type { Locator, Response, ViewportSize } from "playwright-core";
import { loadSampleCatalogue } from "../../stacks/sample-shop.ts";
import { VISIT } from "../../tools/cost/counts.ts";
import { eventually } from "../support/eventually.ts";
import { placeOrder } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { isLoaded, toCheckout, waitForHeadline } from "./shop.ts";

/** Uncompressed size of the shop and an order's page together, without API responses and pictures. */
const MAX_BYTES = 60_000;

/** What an open checkout adds: the API's rules for an order. */
const MAX_BYTES_CHECKOUT = 15_000;

/** What a product's page adds, to which its link in the shop leads. */
const MAX_BYTES_PRODUCT = 5_000;

/** Size of each of the sample catalogue's pictures. */
const MAX_BYTES_PICTURE = 2_000;

/** Files per page, without pictures: the page, styles, its script, a shared script, the icon, the configuration. */
const MAX_FILES = 6;

/**
 * Nothing shifts in the shop and on a product's page. On an order's, a longer headline may move the text right below it, and
 * nothing else: a tenth of what Web Vitals call good.
 */
const MAX_LAYOUT_SHIFT: Partial<Record<string, number>> = { "an order's page": 0.01 };

const WINDOWS = {
  "a phone": { width: 390, height: 844 },
  "a desktop": { width: 1280, height: 800 },
};

describe("The website is lightweight", () => {
  const stack = useStack();
  const visitor = useBrowser();
  let orderId: string;
  before("stock the catalogue and fulfil an order", async () => {
    const { apiUrl = "", apiKey = "" } = stack().outputs;
    await loadSampleCatalogue({ url: apiUrl, key: apiKey }, "USD");
    orderId = await placeOrder(stack().storefront);
    await eventually(async () => {
      const { body } = await stack().storefront.get(`/orders/${orderId}`);
      expect(body.status).to.equal("COMPLETED");
    });
  });
  const open = async (name: string, window = WINDOWS["a phone"]) => {
    const page = await visitor().context.newPage();
    await page.setViewportSize(window);
    await page.goto(new URL(name, stack().outputs.websiteUrl).href);
    return page;
  };
  const pages = {
    "the shop": async (window?: ViewportSize) => {
      const page = await open("index.html", window);
      await pictureLoaded(page.getByRole("listitem").filter({ hasText: "Mechanical keyboard" }));
      return page;
    },
    "a product's page": async (window?: ViewportSize) => {
      const page = await open("product.html?id=PROD-003", window);
      await page.getByRole("heading", { name: "USB-C hub" }).waitFor();
      await pictureLoaded(page.getByRole("article"));
      return page;
    },
    "an order's page": async (window?: ViewportSize) => {
      const page = await open(`order.html#${orderId}`, window);
      await waitForHeadline(page, "Your order is paid and being packed.");
      return page;
    },
  };

  it("in size: the shop and an order's page take 60 kB together, and a product's page adds 5 kB", async () => {
    const sizes = await sizesOf(async () => {
      await pages["the shop"]();
      await pages["an order's page"]();
    });
    const withProduct = await sizesOf(() => pages["a product's page"]());

    const own = [...withProduct].filter(([name]) => !sizes.has(name));
    expect(sum([...sizes.values()]), JSON.stringify(Object.fromEntries(sizes))).to.be.at.most(MAX_BYTES);
    expect(sum(own.map(([, size]) => size)), JSON.stringify(own)).to.be.at.most(MAX_BYTES_PRODUCT);
  });

  it("in size: an open checkout adds 15 kB", async () => {
    const sizes = await sizesOf(() => pages["the shop"]());
    const withCheckout = await sizesOf(async () => {
      const page = await pages["the shop"]();
      await toCheckout(page, "USB-C hub");
      await page.getByLabel("Country").selectOption("United States");
    });

    const own = [...withCheckout].filter(([name]) => !sizes.has(name));
    expect(sum(own.map(([, size]) => size)), JSON.stringify(own)).to.be.at.most(MAX_BYTES_CHECKOUT);
  });

  it("in size: each picture of the sample catalogue takes 2 kB", async () => {
    const sizes = await sizesOf(() => pages["the shop"](), isPicture);

    expect(sizes).to.not.be.empty;
    expect(Math.max(...sizes.values()), JSON.stringify(Object.fromEntries(sizes))).to.be.at.most(MAX_BYTES_PICTURE);
  });

  it("in costs: the shop, a product's page and an order's request no more than tools/cost/visit.json says", async () => {
    const page = await visitor().context.newPage();
    const network = await visitor().context.newCDPSession(page);
    const site = new URL(".", stack().outputs.websiteUrl).href;
    const files: string[] = [];
    network.on("Network.requestWillBeSent", ({ request: { url } }) => {
      if (url.startsWith(site)) files.push(url.slice(site.length));
    });
    await network.send("Network.enable");

    await page.goto(stack().outputs.websiteUrl ?? "");
    for (const product of await page.getByRole("listitem").all()) await pictureLoaded(product);
    await page.getByRole("link", { name: "USB-C hub" }).click();
    await page.getByRole("heading", { level: 1, name: "USB-C hub" }).waitFor();
    await page.goto(new URL(`order.html#${orderId}`, stack().outputs.websiteUrl).href);
    await waitForHeadline(page, "Your order is paid and being packed.");

    // Browsers request pictures, and files with a content hash in their name, only once.
    const cachedFiles = new Set(files.filter((file) => /-[A-Z0-9]{8}\./.test(file) || isPicture(file)));
    const uncachedRequests = files.filter((file) => !cachedFiles.has(file));
    expect(cachedFiles.size + uncachedRequests.length, files.join()).to.be.at.most(VISIT.requests);
  });

  for (const [name, show] of Object.entries(pages)) {
    it(`in requests: ${name} has at most ${MAX_FILES} files`, async () => {
      const sizes = await sizesOf(show);

      expect([...sizes.keys()]).to.have.lengthOf.at.most(MAX_FILES);
    });

    for (const [device, window] of Object.entries(WINDOWS)) {
      it(`in layout: ${name} doesn't shift while it loads on ${device}`, async () => {
        await visitor().context.addInitScript(MEASURE_LAYOUT_SHIFT);

        const page = await show(window);

        await page.evaluate(NEXT_FRAMES);
        expect(await page.evaluate("layoutShift")).to.be.at.most(MAX_LAYOUT_SHIFT[name] ?? 0);
      });
    }
  }

  /** The sizes in bytes of the site's files that are loaded meanwhile, by name; by default without pictures. */
  async function sizesOf(
    show: () => Promise<unknown>,
    isCounted = (name: string) => !isPicture(name),
  ): Promise<Map<string, number>> {
    const site = new URL(".", stack().outputs.websiteUrl).href;
    const sizes = new Map<string, number>();
    const responses: Promise<unknown>[] = [];
    const measure = (response: Response) => {
      const name = response.url().slice(site.length);
      if (!response.url().startsWith(site) || !isCounted(name)) return;
      responses.push(response.body().then((body) => sizes.set(name, body.length)));
    };
    visitor().context.on("response", measure);
    await show();
    visitor().context.off("response", measure);
    await Promise.all(responses);
    return sizes;
  }
});

function isPicture(name: string): boolean {
  return name.startsWith("pictures/");
}

/** Waits until a product's picture is shown. */
async function pictureLoaded(product: Locator): Promise<void> {
  await eventually(async () => expect(await isLoaded(product.locator("img"))).to.equal(true));
}

/** Adds up the layout shifts that weren't caused by input. */
const MEASURE_LAYOUT_SHIFT = `
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) layoutShift += value;
  }).observe({ type: "layout-shift", buffered: true });`;

/** Waits until the page's changes are rendered. */
const NEXT_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))";
