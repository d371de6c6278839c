import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { describe, it } from "mocha";
import { allPages, bodyOf, storefrontClient } from "../../stacks/api-client.ts";
import { type ApiClient, type ApiResponse, expectProblem } from "../support/api-client.ts";
import { orderBody } from "../support/orders.ts";
import { useSharedStack } from "../support/stack.ts";

const MERGE_PATCH = { "content-type": "application/merge-patch+json" };

describe("/products", () => {
  const stack = useSharedStack();
  const put = (id: string, body: object, headers = {}) =>
    stack().backOffice.request("PUT", `/products/${id}`, body, headers);
  const patch = (id: string, body: object, headers = {}) =>
    stack().backOffice.request("PATCH", `/products/${id}`, body, { ...MERGE_PATCH, ...headers });

  it("adds a product with 201, replaces what describes it with 200, and lists it for both audiences", async () => {
    const productId = `MUG-${randomUUID()}`;
    const about = { name: "Mug", price: 8, description: "Holds tea.", image: "/pictures/mug.webp" };
    const created = await put(productId, { name: "Cup", price: 7.5, stock: 3 });

    const changed = await put(productId, about);

    const shown = { productId, ...about, currency: "USD", stock: 3 };
    const full = { ...shown, active: true, onHand: 3, reserved: 0 };
    expect(created.status).to.equal(201);
    expect(created.body).to.deep.equal({
      ...{ productId, name: "Cup", price: 7.5, currency: "USD", stock: 3 },
      ...{ active: true, onHand: 3, reserved: 0 },
    });
    expect(changed.status).to.equal(200);
    expect(changed.body).to.deep.equal(full);
    expect(await catalogueOf(stack().backOffice, 100)).to.deep.include(full);
    expect(await catalogueOf(stack().storefront, 100)).to.deep.include(shown);
    expect((await stack().storefront.get(`/products/${productId}`)).body).to.deep.equal(shown);
    expect((await stack().backOffice.get(`/products/${productId}`)).body).to.deep.equal(full);
  });

  it("removes what a PUT leaves out, and a PATCH sets to null; other fields stay", async () => {
    const productId = `CUP-${randomUUID()}`;
    await put(productId, {
      name: "Cup",
      price: 5,
      description: "White.",
      image: "https://example.com/a.png",
      stock: 3,
    });

    const patched = await patch(productId, { price: 6, description: null });
    const replaced = await put(productId, { name: "Cup", price: 6 });

    expect(patched.status).to.equal(200);
    expect(patched.body)
      .to.include({ price: 6, image: "https://example.com/a.png" })
      .and.not.have.property("description");
    expect(replaced.body).to.not.have.property("image");
    expect(replaced.body).to.include({ name: "Cup", stock: 3 });
  });

  it("sets stock only for a new product, which needs it, and names the route for others", async () => {
    const productId = `CUP-${randomUUID()}`;
    const unknown = await put(productId, { name: "Cup", price: 5 });
    await put(productId, { name: "Cup", price: 5, stock: 3 });

    const again = await put(productId, { name: "Cup", price: 6, stock: 4 });

    expectProblem(unknown, 400);
    expectProblem(again, 422);
    expect([unknown, again].flatMap(pointersOf)).to.deep.equal(["/stock", "/stock"]);
    expect(again.body.detail).to.include(`POST /products/${productId}/stock`);
    expect((await stack().backOffice.get(`/products/${productId}`)).body).to.include({ price: 5, stock: 3 });
  });

  it("hides an inactive product from customers, who can't order it, nor an unknown one", async () => {
    const productId = `OLD-${randomUUID()}`;
    await put(productId, { name: "Old", price: 5, stock: 3 });

    const { body } = await patch(productId, { active: false });

    expect(body).to.include({ active: false, stock: 3 });
    expect((await catalogueOf(stack().storefront, 100)).map((listed) => listed.productId)).to.not.include(productId);
    expectProblem(await stack().storefront.get(`/products/${productId}`), 404);
    expect((await stack().backOffice.get(`/products/${productId}`)).status).to.equal(200);
    const items = ["NEVER", productId].map((ordered) => ({ productId: ordered, quantity: 1 }));
    const order = await stack().storefront.post("/orders", orderBody({ items }));
    expectProblem(order, 422);
    expect(pointersOf(order)).to.deep.equal(["/items/0/productId", "/items/1/productId"]);
    await patch(productId, { active: true });
    expect((await stack().storefront.get(`/products/${productId}`)).status).to.equal(200);
  });

  it("changes a product only if it is still what the change was decided for", async () => {
    const productId = `TAG-${randomUUID()}`;
    const read = (await put(productId, { name: "Tag", price: 5, stock: 3 })).headers.get("ETag") ?? "";
    await stack().backOffice.post(`/products/${productId}/stock`, { delta: 1, reason: "RECEIVED" }, newKey());
    const unsold = (await stack().backOffice.get(`/products/${productId}`)).headers.get("ETag");

    const first = await patch(productId, { price: 6 }, { "If-Match": read });
    const second = await patch(productId, { price: 7 }, { "If-Match": read });
    const third = await put(productId, { name: "Tag", price: 7 }, { "If-Match": `"x", ${first.headers.get("ETag")}` });
    const unknown = await put(`NEW-${randomUUID()}`, { name: "New", price: 7, stock: 1 }, { "If-Match": "*" });

    expect(unsold, "after a booking").to.equal(read);
    expect([first, third].map(({ status }) => status)).to.deep.equal([200, 200]);
    for (const refused of [second, unknown]) expectProblem(refused, 412);
  });

  it("lists products by pages, without gaps or repeats, whatever is inactive between them", async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `PAGED-${index}`);
    for (const id of ids) await put(id, { name: id, price: 1, stock: 1 });
    for (const id of ["PAGED-2", "PAGED-3", "PAGED-6"]) await patch(id, { active: false });

    const products = await catalogueOf(stack().storefront, 2);

    const listed = products.map(({ productId }) => productId);
    expect(listed.filter((id) => ids.includes(id))).to.deep.equal(["PAGED-0", "PAGED-1", "PAGED-4", "PAGED-5"]);
    expect(new Set(listed).size).to.equal(listed.length);
    const all = (await catalogueOf(stack().backOffice, 3)).map(({ productId }) => productId);
    expect(all.filter((id) => ids.includes(id))).to.deep.equal(ids);
  });

  it("refuses an invalid product with all violations, and keeps the existing one", async () => {
    const productId = `LAMP-${randomUUID()}`;
    await put(productId, { name: "Lamp", price: 20, stock: 5 });

    const wrong = await put(productId, { name: "", price: 1.234, stock: -1, image: "lamp.png", active: "yes" });
    const patched = await patch(productId, { name: null, price: 0, stock: 1 });
    const missing = await patch("NEVER", { price: 1 });

    for (const response of [wrong, patched]) expectProblem(response, 400);
    expectProblem(missing, 404);
    expect(pointersOf(wrong)).to.have.members(["/name", "/price", "/stock", "/image", "/active"]);
    expect(pointersOf(patched)).to.have.members(["/name", "/price", "/stock"]);
    expect((await stack().backOffice.get(`/products/${productId}`)).body).to.include({ name: "Lamp", price: 20 });
  });

  it("refuses an invalid limit or cursor with 400", async () => {
    const responses = await Promise.all(
      ["limit=0", "limit=101", "cursor=x"].map((query) => stack().storefront.get(`/products?${query}`)),
    );

    expect(responses.map(({ status }) => status)).to.deep.equal([400, 400, 400]);
  });
});

describe("/products/{productId}/stock", () => {
  const stack = useSharedStack();
  const book = (id: string, body: object, headers: Record<string, string> = newKey()) =>
    stack().backOffice.post(`/products/${id}/stock`, body, headers);

  async function product(stock: number): Promise<string> {
    const productId = `BOOKED-${randomUUID()}`;
    await stack().backOffice.put(`/products/${productId}`, { name: "Booked", price: 1, stock });
    return productId;
  }

  it("books what came and what was counted, and lists it, newest first, with who and why", async () => {
    const productId = await product(5);
    const delivery = { delta: 100, reason: "RECEIVED", reference: "delivery-4711", note: "Two boxes." };

    const received = await book(productId, delivery);
    const counted = await book(productId, { count: 103, expected: 105, reason: "COUNTED" });

    expect([received, counted].map(({ status }) => status)).to.deep.equal([201, 201]);
    expect(received.body).to.include({ productId, ...delivery, onHand: 105 });
    expect(counted.body).to.include({ productId, delta: -2, reason: "COUNTED", onHand: 103 });
    expect(received.body.actor).to.match(/^(key|system):./);
    const { body } = await stack().backOffice.get(`/products/${productId}/stock`);
    expect(body.bookings.slice(0, 2)).to.deep.equal([counted.body, received.body]);
    expect(body.bookings[2]).to.include({ delta: 5, onHand: 5, reason: "RECEIVED" });
    const shown = (await stack().backOffice.get(`/products/${productId}`)).body;
    expect(shown).to.include({ stock: 103, onHand: 103, reserved: 0 });
  });

  it("lists bookings by pages", async () => {
    const productId = await product(1);
    for (const delta of [2, 3]) await book(productId, { delta, reason: "RECEIVED" });
    const path = `/products/${productId}/stock?limit=2`;

    const first = await stack().backOffice.get(path);
    const second = await stack().backOffice.get(`${path}&cursor=${encodeURIComponent(first.body.nextCursor)}`);

    const deltas = [first, second].map(({ body }) => body.bookings.map(({ delta }: { delta: number }) => delta));
    expect(deltas).to.deep.equal([[3, 2], [1]]);
    expect(second.body).to.not.have.property("nextCursor");
  });

  it("refuses a count that expected something else, and says what is there", async () => {
    const productId = await product(5);

    const response = await book(productId, { count: 4, expected: 6, reason: "COUNTED" });

    expectProblem(response, 409);
    expect(response.body.detail).to.include("There are 5 units on hand, not 6.");
    expect(pointersOf(response)).to.deep.equal(["/expected"]);
  });

  it("repeats the first response for the same key, and refuses it for anything else", async () => {
    const productId = await product(5);
    const key = newKey();
    const first = await book(productId, { delta: 1, reason: "RETURNED" }, key);

    const repeated = await book(productId, { delta: 1, reason: "RETURNED" }, key);
    const other = await book(productId, { delta: 2, reason: "RETURNED" }, key);
    const elsewhere = await book(await product(5), { delta: 1, reason: "RETURNED" }, key);
    const without = await book(productId, { delta: 1, reason: "RETURNED" }, {});

    expect(repeated.status).to.equal(201);
    expect(repeated.body).to.deep.equal(first.body);
    expect(repeated.headers.get("Idempotent-Replayed")).to.equal("true");
    for (const refused of [other, elsewhere]) expectProblem(refused, 422);
    expectProblem(without, 400);
    expect((await stack().backOffice.get(`/products/${productId}`)).body).to.include({ stock: 6 });
  });

  it("never takes away more than there is, and knows only products that exist", async () => {
    const productId = await product(5);

    const tooMuch = await book(productId, { delta: -6, reason: "DAMAGED" });
    const unknown = await book("NEVER", { delta: 1, reason: "RECEIVED" });

    expectProblem(tooMuch, 409);
    expectProblem(unknown, 404);
    expectProblem(await stack().backOffice.get("/products/NEVER/stock"), 404);
  });
});

function newKey(): Record<string, string> {
  return { "Idempotency-Key": randomUUID() };
}

function pointersOf({ body }: ApiResponse): string[] {
  return body.errors.map(({ pointer }: { pointer: string }) => pointer);
}

/** All products, fetched page by page. */
async function catalogueOf(api: ApiClient, limit: number): Promise<{ productId: string }[]> {
  const client = storefrontClient(api);
  const all = await allPages((from) => bodyOf(client.GET("/products", { params: { query: { limit, ...from } } })));
  return all.flatMap(({ products }) => products);
}
