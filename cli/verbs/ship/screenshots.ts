import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openEphemeralStack } from "../../../stacks/ephemeral.ts";
import { loadSampleCatalogue } from "../../../stacks/sample-shop.ts";
import { launchBrowser } from "../../../tools/browser.ts";
import { root } from "../../../tools/paths.ts";
import { type Context, type Report, TOLD } from "../../context.ts";

const FOLDER = join(root, "docs", "screenshots");
const VIEWPORT = { width: 1280, height: 800 };
const SCHEMES = ["light", "dark"] as const;

/** An order that was completed 15 seconds after it was placed. */
const order = {
  orderId: "0195c0de-5eed-7c0f-8fee-0dd51de0ca7e",
  status: "COMPLETED",
  items: [
    { productId: "PROD-001", name: "Wireless mouse", quantity: 2, price: 29.99 },
    { productId: "PROD-002", name: "Mechanical keyboard", quantity: 1, price: 49.99 },
  ],
  totalAmount: 109.97,
  currency: "USD",
  createdAt: "2026-03-02T09:41:00.000Z",
  updatedAt: "2026-03-02T09:41:15.000Z",
  history: [
    { status: "PENDING", at: "2026-03-02T09:41:00.000Z" },
    { status: "PROCESSING", at: "2026-03-02T09:41:02.000Z" },
    { status: "COMPLETED", at: "2026-03-02T09:41:15.000Z" },
  ],
};

/** Brings each page into the state that its screenshot shows. */
const pages: Record<string, (page: Page, url: string) => Promise<unknown>> = {
  shop: async (page, url) => {
    await page.goto(url);
    for (const name of ["Wireless mouse", "Mechanical keyboard"])
      await page.getByRole("button", { name: `Add to basket: ${name}` }).click();
    await page.mouse.move(0, 0);
    await picturesLoaded(page);
  },
  product: async (page, url) => {
    await page.goto(new URL("product.html?id=PROD-005", url).href);
    await page.getByRole("button", { name: "Add to basket" }).click();
    await page.mouse.move(0, 0);
    await picturesLoaded(page);
  },
  order: async (page, url) => {
    await page.route("**/orders/*", (route) => route.fulfill({ json: order }));
    await page.goto(new URL(`order.html#${order.orderId}`, url).href);
    await page.getByText("Wireless mouse").waitFor();
    await picturesLoaded(page);
  },
};

/** Waits until each product's room has its picture. */
async function picturesLoaded(page: Page): Promise<void> {
  await page.waitForFunction(
    "[...document.querySelectorAll('.art')].every((room) => room.firstChild?.complete && room.firstChild.naturalWidth > 0)",
  );
}

/**
 * Retakes the website's screenshots, from a stack of their own, light and dark. Ids and times are always the same in them,
 * so that only real changes show in a diff.
 */
export async function screenshots({ terminal }: Context): Promise<Report> {
  const signal = terminal.interruption();
  mkdirSync(FOLDER, { recursive: true });
  const stack = await openEphemeralStack("screenshots", { signal });
  const browser = await launchBrowser();
  try {
    await loadSampleCatalogue(stack.backOffice, stack.output("currency"));
    for (const name of Object.keys(pages)) await takePictures(browser, name, stack.output("websiteUrl"));
  } finally {
    await browser.close();
    await stack.destroy();
  }
  return TOLD;
}

async function takePictures(browser: Browser, name: string, url: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    const context = await browser.newContext({
      ...{ viewport: VIEWPORT, colorScheme, locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce" },
    });
    const page = await context.newPage();
    await pages[name]?.(page, url);
    const file = join(FOLDER, `${name}-${colorScheme}.png`);
    await page.screenshot({ path: file });
    await context.close();
    console.log(`Took ${file}.`);
  }
}
