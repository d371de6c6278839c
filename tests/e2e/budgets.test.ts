import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { ViewportSize } from "playwright-core";
import { loadSampleCatalogue } from "../../stacks/sample-shop.ts";
import { VISIT } from "../../tools/cost/counts.ts";
import { eventually } from "../support/eventually.ts";
import { placeOrder } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { waitForHeadline } from "./shop.ts";

/** Uncompressed size of the shop and an order's page together, without API responses. */
const MAX_BYTES = 60_000;

/** Files per page: the page, styles, its script, a shared script, the icon, the configuration. */
const MAX_FILES = 6;

/** A tenth of what Web Vitals call good: a longer headline may move the text right below it, and nothing else. */
const MAX_LAYOUT_SHIFT = 0.01;

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
      await page.getByRole("heading", { name: "USB-C hub" }).waitFor();
      return page;
    },
    "an order's page": async (window?: ViewportSize) => {
      const page = await open(`order.html#${orderId}`, window);
      await waitForHeadline(page, "Your order is paid and being packed.");
      return page;
    },
  };

  it("in size: the shop and an order's page take 60 kB together", async () => {
    const sizes = await sizesOf(async () => {
      for (const show of Object.values(pages)) await show();
    });

    const total = [...sizes.values()].reduce((sum, size) => sum + size);
    expect(total, JSON.stringify(Object.fromEntries(sizes))).to.be.at.most(MAX_BYTES);
  });

  it("in costs: the shop and an order's page request no more than tools/cost/visit.json says", async () => {
    const page = await visitor().context.newPage();
    const network = await visitor().context.newCDPSession(page);
    const site = new URL(".", stack().outputs.websiteUrl).href;
    const files: string[] = [];
    network.on("Network.requestWillBeSent", ({ request: { url } }) => {
      if (url.startsWith(site)) files.push(url.slice(site.length));
    });
    await network.send("Network.enable");

    await page.goto(stack().outputs.websiteUrl ?? "");
    await page.getByRole("heading", { name: "USB-C hub" }).waitFor();
    await page.goto(new URL(`order.html#${orderId}`, stack().outputs.websiteUrl).href);
    await waitForHeadline(page, "Your order is paid and being packed.");

    // Browsers request files with a content hash in their name only once.
    const cachedFiles = new Set(files.filter((file) => /-[A-Z0-9]{8}\./.test(file)));
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
        expect(await page.evaluate("layoutShift")).to.be.at.most(MAX_LAYOUT_SHIFT);
      });
    }
  }

  /** The sizes in bytes of the site's files that are loaded meanwhile, by name. */
  async function sizesOf(show: () => Promise<unknown>): Promise<Map<string, number>> {
    const site = new URL(".", stack().outputs.websiteUrl).href;
    const sizes = new Map<string, number>();
    const responses: Promise<unknown>[] = [];
    visitor().context.on("response", (response) => {
      if (!response.url().startsWith(site)) return;
      responses.push(response.body().then((body) => sizes.set(response.url().slice(site.length), body.length)));
    });
    await show();
    await Promise.all(responses);
    return sizes;
  }
});

/** Adds up the layout shifts that weren't caused by input. */
const MEASURE_LAYOUT_SHIFT = `
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) layoutShift += value;
  }).observe({ type: "layout-shift", buffered: true });`;

/** Waits until the page's changes are rendered. */
const NEXT_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))";
