import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { useBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { orderStands } from "../support/shop.ts";
import { useStack } from "../support/stack.ts";

/** What the shop and an order's page weigh together, in bytes before compression, what the API answers not included. */
const SHOP_BYTES = 60_000;

/** Files of the site that a page may take: itself, styles, its script, what scripts share, the icon, the configuration. */
const FILES = 6;

/** What Lighthouse and Web Vitals call good is up to 0.1. */
const LAYOUT_SHIFT = 0;

describe("The website is light", function () {
  this.timeout(60_000);
  const stack = useStack();
  const visitor = useBrowser({ viewport: { width: 390, height: 844 } });
  let orderId: string;
  before("stock the catalogue, and have an order fulfilled", async () => {
    await stockCatalogue(stack().backOffice);
    orderId = await placeOrder(stack().storefront);
    await eventually(async () => {
      const { body } = await stack().storefront.get(`/orders/${orderId}`);
      expect(body.status).to.equal("COMPLETED");
    });
  });
  const openShop = async () => {
    const page = await open("index.html");
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();
    return page;
  };
  const openOrder = async () => {
    const page = await open(`order.html#${orderId}`);
    await orderStands(page, "Your order is paid and being packed.");
    return page;
  };

  it("to load: the shop and an order's page take 60 kB together", async () => {
    const sizes = await sizesOf(async () => {
      await openShop();
      await openOrder();
    });

    const total = [...sizes.values()].reduce((sum, size) => sum + size);
    expect(total, JSON.stringify(Object.fromEntries(sizes))).to.be.below(SHOP_BYTES);
  });

  for (const [page, show] of Object.entries({ "the shop": openShop, "an order's page": openOrder })) {
    it(`on connections: ${page} is a handful of files`, async () => {
      const sizes = await sizesOf(show);

      expect([...sizes.keys()]).to.have.lengthOf.at.most(FILES);
    });

    it(`on the eyes: ${page} stays where it is while it loads`, async () => {
      await visitor().context.addInitScript(NOTE_LAYOUT_SHIFTS);

      const shown = await show();

      await shown.evaluate(NEXT_FRAMES);
      expect(await shown.evaluate("layoutShift")).to.be.at.most(LAYOUT_SHIFT);
    });
  }

  const open = (name: string): Promise<Page> => visitor().open(new URL(name, stack().outputs.websiteUrl).href);

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
