import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { expectAccessible } from "./accessibility.ts";
import { useBrowser } from "./browser.ts";
import { choosePayment, fillIn, placeOrderButton, toCheckout, waitForHeadline } from "./shop.ts";

const PRODUCTS = [
  { productId: "PROD-001", name: "Wireless mouse", price: 29.99, stock: 100, image: "/pictures/wireless-mouse.svg" },
  { productId: "PROD-002", name: "Keyboard", price: 49.99, stock: 7, description: "It clicks." },
  { productId: "PROD-003", name: "Sold-out stand", price: 42, stock: 0 },
];

/** The history of an order for each status. */
const HISTORIES = [
  ["PENDING"],
  ["PENDING", "PROCESSING"],
  ["PENDING", "PROCESSING", "COMPLETED"],
  ["PENDING", "PROCESSING", "COMPLETED", "SHIPPED"],
  ["PENDING", "PROCESSING", "COMPLETED", "SHIPPED", "DELIVERED"],
  ["PENDING", "PROCESSING", "FAILED"],
  ["PENDING", "CANCELLED"],
];

describe("Every page, in every state, is accessible and fits a small screen", () => {
  const stack = useStack();
  // The contrast of a colour can't be checked during a transition.
  const visitor = useBrowser({ reducedMotion: "reduce" });
  let orderId: string;
  before("stock the catalogue and place an order", async () => {
    await stockCatalogue(stack().backOffice, PRODUCTS);
    orderId = await placeOrder(stack().storefront, { items: [{ productId: "PROD-001", quantity: 2 }] });
  });
  const urlOf = (name: string) => new URL(name, stack().outputs.websiteUrl).href;
  const openShop = () => visitor().open(urlOf("index.html"));
  const openCheckout = async () => {
    const page = await openShop();
    await toCheckout(page, "Wireless mouse", "Keyboard");
    return page;
  };

  const states: Record<string, () => Promise<Page>> = {
    "the shop while it loads": async () => {
      await visitor().context.route("**/products*", () => {});
      return openShop();
    },
    "the shop": async () => {
      const page = await openShop();
      await page.getByRole("heading", { name: "Keyboard" }).waitFor();
      return page;
    },
    "the shop without a response": async () => {
      visitor().expectErrors(/net::ERR_FAILED/);
      await visitor().context.route("**/products*", (route) => route.abort());
      const page = await openShop();
      await page.getByRole("button", { name: "Try again" }).waitFor();
      return page;
    },
    "the shop with a basket": async () => {
      const page = await openShop();
      await page.getByRole("button", { name: "Add to basket: Keyboard" }).click();
      await page.getByRole("link", { name: "Go to checkout" }).waitFor();
      return page;
    },
    "the shop with more to show": async () => {
      await visitor().context.route("**/products?*", async (route) => {
        const response = await route.fetch();
        const [product] = (await response.json()).products;
        const products = Array.from({ length: 24 }, (_, index) => ({ ...product, productId: `MOUSE-${index}` }));
        await route.fulfill({ response, json: { products, nextCursor: "more" } });
      });
      const page = await openShop();
      await page.getByRole("button", { name: "Show more products" }).waitFor();
      return page;
    },
    "a product while it loads": async () => {
      await visitor().context.route("**/products/*", () => {});
      return visitor().open(urlOf("product.html?id=PROD-001"));
    },
    "a product in the basket": async () => {
      const page = await visitor().open(urlOf("product.html?id=PROD-002"));
      await page.getByRole("button", { name: "Add to basket: Keyboard" }).click();
      await page.getByRole("link", { name: "Go to checkout" }).waitFor();
      return page;
    },
    "a product that is sold out": async () => {
      const page = await visitor().open(urlOf("product.html?id=PROD-003"));
      await page.getByRole("heading", { name: "Sold-out stand" }).waitFor();
      return page;
    },
    "a product that doesn't exist": async () => {
      const page = await visitor().open(urlOf("product.html"));
      await waitForHeadline(page, "We don’t have this product.");
      return page;
    },
    "a product without a response": async () => {
      visitor().expectErrors(/net::ERR_FAILED/);
      await visitor().context.route("**/products/*", (route) => route.abort());
      const page = await visitor().open(urlOf("product.html?id=PROD-001"));
      await waitForHeadline(page, "This product can’t be loaded.");
      return page;
    },
    "the checkout": openCheckout,
    "the checkout with errors": async () => {
      const page = await openCheckout();
      await page.getByLabel("Quantity of Keyboard").and(page.locator("input")).fill("8");
      await choosePayment(page, "Declined");
      await placeOrderButton(page).click();
      await page.getByRole("heading", { name: /^Please check/ }).waitFor();
      return page;
    },
    "the checkout while it sends the order": async () => {
      const page = await openCheckout();
      await page.route("**/orders", () => {});
      await fillIn(page);
      await placeOrderButton(page).click();
      await page.getByText("Placing your order…").waitFor();
      return page;
    },
    "the checkout without a response": async () => {
      visitor().expectErrors(/net::ERR_FAILED/);
      const page = await openCheckout();
      await page.route("**/orders", (route) => route.abort());
      await fillIn(page);
      await placeOrderButton(page).click();
      await page.getByRole("heading", { name: "Your order isn’t confirmed yet" }).waitFor();
      return page;
    },
    "an order while it loads": async () => {
      await visitor().context.route("**/orders/*", () => {});
      return visitor().open(urlOf(`order.html#${orderId}`));
    },
    ...Object.fromEntries(
      HISTORIES.map((statuses) => [
        `an order that is ${statuses.at(-1)}`,
        async () => {
          const at = (index: number) => new Date(Date.UTC(2030, 0, 1, 12, index)).toISOString();
          const history = statuses.map((status, index) => ({ status, at: at(index) }));
          await visitor().context.route("**/orders/*", async (route) => {
            const response = await route.fetch();
            const order = await response.json();
            await route.fulfill({ response, json: { ...order, status: statuses.at(-1), updatedAt: at(9), history } });
          });
          const page = await visitor().open(urlOf(`order.html#${orderId}`));
          await page.getByText("Wireless mouse").waitFor();
          return page;
        },
      ]),
    ),
    ...Object.fromEntries(
      (["ACTION_REQUIRED", "PAYMENT_METHOD_REQUIRED"] as const).map((status) => [
        `an order whose payment is ${status}`,
        async () => {
          const until = new Date(Date.UTC(2030, 0, 1, 12)).toISOString();
          const payment = { status, triesLeft: 4, until, declineReason: "INSUFFICIENT_FUNDS" };
          await visitor().context.route("**/orders/*", async (route) => {
            const response = await route.fetch();
            const order = await response.json();
            await route.fulfill({ response, json: { ...order, status: "PROCESSING", payment } });
          });
          const page = await visitor().open(urlOf(`order.html#${orderId}`));
          await page.getByRole("button", { name: "Pay $59.98" }).waitFor();
          return page;
        },
      ]),
    ),
    "an order without a response": async () => {
      visitor().expectErrors(/net::ERR_FAILED/);
      await visitor().context.route("**/orders/*", (route) => route.abort());
      const page = await visitor().open(urlOf(`order.html#${orderId}`));
      await page.getByText("Still trying…").waitFor();
      return page;
    },
    "an order that doesn't exist": async () => {
      const page = await visitor().open(urlOf("order.html"));
      await waitForHeadline(page, "We can’t find this order.");
      return page;
    },
    "the API reference": async () => {
      const page = await visitor().open(urlOf("reference.html"));
      await page.getByRole("button", { name: "POST /orders Place an order" }).waitFor();
      return page;
    },
    "the API reference with an open operation": async () => {
      const page = await visitor().open(urlOf("reference.html"));
      await page.getByRole("button", { name: "POST /orders Place an order" }).click();
      await page.getByRole("heading", { name: "Responses" }).waitFor();
      return page;
    },
  };

  for (const [state, show] of Object.entries(states)) {
    it(state, async () => {
      const page = await show();

      await expectAccessible(page);
      await page.setViewportSize({ width: 320, height: 640 });
      await page.emulateMedia({ colorScheme: "dark" });
      await expectAccessible(page);
      expect(await page.evaluate("document.documentElement.scrollWidth"), "width in CSS pixels").to.be.at.most(320);
    });
  }
});
