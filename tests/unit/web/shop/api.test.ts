import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { getOrder, getProduct, listProducts } from "../../../../web/shop/api.ts";
import { keepOrderToken } from "../../../../web/shop/order-tokens.ts";

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
  /** The orders' tokens that were sent. */
  let tokens: (string | null)[];

  beforeEach("answer as the API does", () => {
    requested = [];
    tokens = [];
    globalThis.fetch = async (input, { headers } = {}) => {
      if (input === "config.json") return Response.json({ apiUrl: "https://api.example.com", apiKey: "publishable" });
      const { pathname, search, searchParams } = new URL(String(input));
      requested.push(pathname + search);
      const token = new Headers(headers).get("X-Order-Token");
      if (pathname.startsWith("/orders/")) tokens.push(token);
      if (pathname.startsWith("/orders/") && token !== "expired") return Response.json({ status: "COMPLETED" });
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

  it("shows an order as to anyone once its token has expired, and forgets the token", async () => {
    keepOrderToken("1", "expired");

    const results = [await getOrder("1"), await getOrder("1")];

    expect(results).to.deep.equal(Array(2).fill({ ok: true, body: { status: "COMPLETED" } }));
    expect(tokens).to.deep.equal(["expired", null, null]);
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
