import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { getProduct, listProducts } from "../../../../web/shop/api.ts";

const CATALOGUE = Array.from({ length: 230 }, (_, index) => ({
  productId: `PROD-${index}`,
  name: "Thing",
  price: 1,
  stock: 1,
}));

describe("The website's client", () => {
  const { fetch } = globalThis;
  /** Paths of the requests to the API. */
  let requested: string[];

  beforeEach("answer as the API does", () => {
    requested = [];
    globalThis.fetch = async (input) => {
      if (input === "config.json") return Response.json({ apiUrl: "https://api.example.com", apiKey: "publishable" });
      const { pathname, search, searchParams } = new URL(String(input));
      requested.push(pathname + search);
      if (pathname !== "/products") return Response.json({ type: "not-found" }, { status: 404 });
      const [start, limit] = [Number(searchParams.get("cursor") ?? 0), Number(searchParams.get("limit"))];
      const products = CATALOGUE.slice(start, start + limit);
      return Response.json({ products, ...(start + limit < CATALOGUE.length && { nextCursor: `${start + limit}` }) });
    };
  });
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  it("lists as many products as are to be shown, in as few requests as the API allows", async () => {
    const result = await listProducts(120);

    expect(requested).to.deep.equal(["/products?limit=100", "/products?limit=20&cursor=100"]);
    expect(result).to.deep.equal({ ok: true, body: { products: CATALOGUE.slice(0, 120), nextCursor: "120" } });
  });

  it("goes on where a page ended, and stops where the catalogue does", async () => {
    const result = await listProducts(24, "210");

    expect(requested).to.deep.equal(["/products?limit=24&cursor=210"]);
    expect(result).to.deep.equal({ ok: true, body: { products: CATALOGUE.slice(210) } });
  });

  it("finds no product for an id that none has, or that none can have", async () => {
    const results = [await getProduct("NONE"), await getProduct("../orders")];

    expect(requested).to.deep.equal(["/products/NONE"]);
    expect(results).to.deep.equal([
      { ok: true, body: undefined },
      { ok: true, body: undefined },
    ]);
  });
});
