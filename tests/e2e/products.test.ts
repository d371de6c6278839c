import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { eventually } from "../support/eventually.ts";
import { placeOrder, stockCatalogue } from "../support/orders.ts";
import { useStack } from "../support/stack.ts";
import { useBrowser } from "./browser.ts";
import { isLoaded, PICTURE } from "./shop.ts";

const NO_RESPONSE = /net::ERR_FAILED/;
const NOT_FOUND = /status of 40[34]/;

/** Two full pages and a half, each product with an image of its own. */
const PRODUCTS = Array.from({ length: 60 }, (_, index) => ({
  productId: `PROD-${100 + index}`,
  name: `Thing ${100 + index}`,
  price: 100 + index,
  stock: 50,
  image: `https://images.example.com/${100 + index}.svg`,
}));

const LAMP = {
  ...{ productId: "Z-LAMP", name: "Reading lamp", price: 80, stock: 2, image: "/pictures/laptop-stand.svg" },
  description: "Warm light, with a bulb.",
};
const RETIRED = { productId: "Z-RETIRED", name: "Retired lamp", price: 80, stock: 9, active: false };
const OTHERS = [
  LAMP,
  RETIRED,
  { productId: "Z-PLAIN", name: "Plain box", price: 5, stock: 9 },
  { productId: "Z-GONE", name: "Box with a lost image", price: 5, stock: 9, image: "/pictures/lost.webp" },
];

describe("Products on the website", () => {
  const stack = useStack();
  const visitor = useBrowser({ viewport: { width: 390, height: 844 } });
  before("stock the catalogue", () => stockCatalogue(stack().backOffice, [...PRODUCTS, ...OTHERS]));
  const urlOf = (name: string) => new URL(name, stack().outputs.websiteUrl).href;
  /** @returns The page, and the numbers of the images that it has requested. */
  const open = async (name: string) => {
    const images: number[] = [];
    await visitor().context.route("https://images.example.com/*", (route, request) => {
      images.push(Number.parseInt(new URL(request.url()).pathname.slice(1), 10));
      return route.fulfill({ contentType: "image/svg+xml", body: PICTURE });
    });
    return { page: await visitor().open(urlOf(name)), images };
  };
  const tiles = (page: Page) => page.getByRole("list", { name: "Products" }).getByRole("listitem");
  const showMore = (page: Page) => page.getByRole("button", { name: "Show more products" });

  it("are shown by pages, the next one on demand, with the focus on what is new", async () => {
    const { page } = await open("index.html");
    await page.getByText("Thing 123").waitFor();
    const atFirst = await tiles(page).count();

    await showMore(page).press("Enter");

    await page.getByText("Thing 147").waitFor();
    expect([atFirst, await tiles(page).count()]).to.deep.equal([24, 48]);
    expect(await page.locator(":focus").textContent()).to.equal("Thing 124");
    expect(await page.locator("#announcer").textContent()).to.equal("24 more products.");
    await showMore(page).press("Enter");
    await page.getByText("Thing 159").waitFor();
    expect(await showMore(page).isHidden(), "nothing more to show").to.equal(true);
  });

  it("are where they were after a reload, and on the way back from a product", async () => {
    const { page } = await open("index.html");
    await showMore(page).click();
    const thing = page.getByRole("link", { name: "Thing 141" });
    const isInView = async () => {
      expect(await tiles(page).count()).to.equal(48);
      const { y = -1 } = (await thing.boundingBox()) ?? {};
      expect(y).to.be.within(0, 844);
    };
    await thing.scrollIntoViewIfNeeded();
    await isInView();

    await page.reload();
    await eventually(isInView);
    await thing.click();
    await page.getByRole("heading", { level: 1, name: "Thing 141" }).waitFor();
    await page.goBack();

    await eventually(isInView);
  });

  it("stay when the next page can't be loaded, which can be tried again", async () => {
    visitor().expectErrors(NO_RESPONSE);
    const { page } = await open("index.html");
    await page.getByText("Thing 123").waitFor();
    await page.route("**/products?*cursor*", (route) => route.abort());
    await showMore(page).click();
    const tryAgain = page.getByRole("button", { name: "That didn’t work. Try again" });
    await tryAgain.waitFor();
    const offline = await tiles(page).count();
    await page.unroute("**/products?*cursor*");

    await tryAgain.click();

    await page.getByText("Thing 147").waitFor();
    expect(offline).to.equal(24);
    await showMore(page).waitFor();
  });

  it("have their images loaded only when they are about to be seen", async () => {
    const { page, images } = await open("index.html");
    await eventually(async () => expect(await isLoaded(tiles(page).first().locator("img"))).to.equal(true));
    const atFirst = [...images];

    await tiles(page).nth(23).scrollIntoViewIfNeeded();

    await eventually(() => expect(images).to.include(123));
    expect(atFirst).to.include(100).and.not.include(123);
  });

  it("have a drawing where there is no image, or none that can be loaded", async () => {
    visitor().expectErrors(NOT_FOUND);
    const { page } = await open("index.html?show=100");

    for (const name of ["Plain box", "Box with a lost image"]) {
      const tile = tiles(page).filter({ hasText: name });
      await tile.scrollIntoViewIfNeeded();
      await eventually(async () => {
        expect(await tile.locator("img").getAttribute("src")).to.match(/^data:/);
        expect(await isLoaded(tile.locator("img"))).to.equal(true);
      });
    }
  });

  it("have a page each, from which they are ordered", async () => {
    const { page } = await open("product.html?utm_source=mail&id=Z-LAMP");
    await page.getByRole("heading", { level: 1, name: "Reading lamp" }).waitFor();
    const article = page.getByRole("article");
    const text = await article.textContent();

    await page.getByRole("button", { name: "Add to basket: Reading lamp" }).click();
    await page.getByRole("button", { name: "Add another: Reading lamp" }).click();
    await page.getByRole("button", { name: "Add another: Reading lamp" }).click();
    const sold = await page.locator("#announcer").textContent();
    const inBasket = await page.locator("#basket-count").textContent();

    for (const fact of ["$80.00", "Only 2 left", "Warm light, with a bulb."]) expect(text).to.include(fact);
    await eventually(async () => expect(await isLoaded(article.locator("img"))).to.equal(true));
    expect(await page.title()).to.equal("Reading lamp – Everyday Supply");
    expect(await page.locator("link[rel=canonical]").getAttribute("href")).to.equal("product.html?id=Z-LAMP");
    expect(sold).to.equal("Reading lamp: 2 in basket. Only 2 available.");
    expect(inBasket).to.equal("2");
    await page.getByRole("link", { name: "Go to checkout" }).click();
    await page.getByRole("heading", { level: 1, name: "Checkout" }).waitFor();
    // It is not on the shop's first page of products.
    await eventually(async () => expect(await page.locator("#basket-total").textContent()).to.equal("$160.00"));
  });

  for (const [why, id] of Object.entries({ unknown: "Z-NONE", "no longer sold": "Z-RETIRED", mistyped: "../orders" })) {
    it(`lead to the shop if they are ${why}`, async () => {
      visitor().expectErrors(NOT_FOUND);
      const { page } = await open(`product.html?id=${id}`);
      await page.getByRole("heading", { level: 1, name: "We don’t have this product." }).waitFor();
      const title = await page.title();
      const robots = await page.locator("meta[name=robots]").getAttribute("content");

      await page.getByRole("link", { name: "Go to the shop" }).click();

      await page.getByText("Thing 100").waitFor();
      expect([title, robots]).to.deep.equal(["We don’t have this product. – Everyday Supply", "noindex"]);
    });
  }

  it("have their images on an order's page, too", async () => {
    const orderId = await placeOrder(stack().storefront, { items: [{ productId: "Z-LAMP", quantity: 1 }] });

    const { page } = await open(`order.html#${orderId}`);

    const line = page.getByRole("listitem").filter({ hasText: "Reading lamp" });
    await eventually(async () => expect(await isLoaded(line.locator("img"))).to.equal(true));
  });

  it("can be tried again if they can't be loaded", async () => {
    visitor().expectErrors(NO_RESPONSE);
    await visitor().context.route("**/products/*", (route) => route.abort());
    const { page } = await open("product.html?id=Z-LAMP");
    const retry = page.getByRole("button", { name: "Try again" });
    await retry.waitFor();
    await visitor().context.unroute("**/products/*");

    await retry.click();

    await page.getByRole("heading", { level: 1, name: "Reading lamp" }).waitFor();
  });
});
