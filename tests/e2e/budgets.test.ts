import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { useBrowser } from "../support/browser.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";

describe("budgets", function () {
  this.timeout(60_000);
  const stack = useStack();
  const visitor = useBrowser();
  it("x", async () => {
    await stockCatalogue(stack().backOffice);
    const orderId = await placeOrder(stack().storefront);
    for (const p of ["index.html", `order.html#${orderId}`, "reference.html", "not-found.html"]) {
      await visitor().context.addInitScript(
        `window.shifts = []; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts.push([e.value, e.sources.map(s => s.node?.className || s.node?.nodeName)]); }).observe({ type: "layout-shift", buffered: true });`,
      );
      const page = await visitor().context.newPage();
      const got: [string, number][] = [];
      page.on("requestfinished", async (r) => {
        const res = await r.response();
        got.push([r.url().replace(/.*\//, ""), (await res!.body()).length]);
      });
      await page.goto(new URL(p, stack().outputs.websiteUrl).href);
      await page.waitForTimeout(4000);
      console.log(
        p,
        got,
        got.reduce((s, [, n]) => s + n, 0),
        JSON.stringify(await page.evaluate("window.shifts")),
      );
    }
  });
});
