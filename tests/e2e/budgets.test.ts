import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { ViewportSize } from "playwright-core";
import { loadSampleCatalogue } from "../../stacks/sample-shop.ts";
import { VISIT } from "../../tools/cost/counts.ts";
import { eventually } from "../support/eventually.ts";
import { placeOrder } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { orderStands } from "./shop.ts";

/** What the shop and an order's page weigh together, in bytes before compression, what the API answers not included. */
const SHOP_BYTES = 60_000;

/** Files of the site that a page takes: itself, styles, its script, what scripts share, the icon, the configuration. */
const FILES = 6;

/** A tenth of what Web Vitals call good. It lets a longer headline push the words right below it, and nothing else. */
const LAYOUT_SHIFT = 0.01;

const WINDOWS = {
  "a phone": { width: 390, height: 844 },
  "a desktop": { width: 1280, height: 800 },
};

describe("The website is light", function () {
  this.timeout(60_000);
  const stack = useStack();
  const visitor = useBrowser();
  let orderId: string;
  before("stock the catalogue, and have an order fulfilled", async () => {
    const { apiUrl = "", apiKey = "" } = stack().outputs;
    await loadSampleCatalogue({ url: apiUrl, key: apiKey });
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
      await orderStands(page, "Your order is paid and being packed.");
      return page;
    },
  };

  it("to load: the shop and an order's page take 60 kB together", async () => {
    const sizes = await sizesOf(async () => {
      for (const show of Object.values(pages)) await show();
    });

    const total = [...sizes.values()].reduce((sum, size) => sum + size);
    expect(total, JSON.stringify(Object.fromEntries(sizes))).to.be.at.most(SHOP_BYTES);
  });

  it("on the bill: the shop and an order's page ask for no more than tools/cost/visit.json says", async () => {
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
    await orderStands(page, "Your order is paid and being packed.");

    // What has its content's hash in its name, browsers ask for once.
    const keptFiles = new Set(files.filter((file) => /-[A-Z0-9]{8}\./.test(file)));
    const askedEachTime = files.filter((file) => !keptFiles.has(file));
    expect(keptFiles.size + askedEachTime.length, files.join()).to.be.at.most(VISIT.requests);
  });

  for (const [name, show] of Object.entries(pages)) {
    it(`on connections: ${name} is a handful of files`, async () => {
      const sizes = await sizesOf(show);

      expect([...sizes.keys()]).to.have.lengthOf.at.most(FILES);
    });

    for (const [device, window] of Object.entries(WINDOWS)) {
      it(`on the eyes: ${name} stays where it is while it loads on ${device}`, async () => {
        await visitor().context.addInitScript(NOTE_LAYOUT_SHIFTS);

        const page = await show(window);

        await page.evaluate(NEXT_FRAMES);
        expect(await page.evaluate("layoutShift")).to.be.at.most(LAYOUT_SHIFT);
      });
    }
  }

  /** The bytes of the site's files that are loaded meanwhile, by their names, however often. */
  async function sizesOf(show: () => Promise<unknown>): Promise<Map<string, number>> {
    const site = new URL(".", stack().outputs.websiteUrl).href;
    const sizes = new Map<string, number>();
    const answers: Promise<unknown>[] = [];
    visitor().context.on("response", (response) => {
      if (!response.url().startsWith(site)) return;
      answers.push(response.body().then((body) => sizes.set(response.url().slice(site.length), body.length)));
    });
    await show();
    await Promise.all(answers);
    return sizes;
  }
});

/** Adds up how far what was shown has moved by itself, as the browser counts it. */
const NOTE_LAYOUT_SHIFTS = `
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) layoutShift += value;
  }).observe({ type: "layout-shift", buffered: true });`;

/** Waits until what the page has changed is shown. */
const NEXT_FRAMES =
  "new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(shown))))";
