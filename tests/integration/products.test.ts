import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { describe, it } from "mocha";
import { allPages, bodyOf, storefrontClient } from "../../stacks/api-client.ts";
import { type ApiClient, expectProblem } from "../support/api-client.ts";
import { useSharedStack } from "../support/stack.ts";

describe("/products", () => {
  const stack = useSharedStack();

  it("adds a product with 201, changes it with 200, and lists it for both audiences", async () => {
    const productId = `MUG-${randomUUID()}`;
    const created = await stack().backOffice.put(`/products/${productId}`, { name: "Mug", price: 7.5, stock: 3 });

    const changed = await stack().backOffice.put(`/products/${productId}`, { name: "Mug", price: 8, stock: 4 });

    expect(created.status).to.equal(201);
    expect(created.body).to.deep.equal({ productId, name: "Mug", price: 7.5, stock: 3 });
    expect(changed.status).to.equal(200);
    expect(changed.body).to.deep.equal({ productId, name: "Mug", price: 8, stock: 4 });
    for (const api of [stack().backOffice, stack().storefront]) {
      expect(await catalogueOf(api, 100)).to.deep.include({ productId, name: "Mug", price: 8, stock: 4 });
    }
  });

  it("keeps a product's stock if the body has none, and requires one for a new product", async () => {
    const productId = `CUP-${randomUUID()}`;
    const unknown = await stack().backOffice.put(`/products/${productId}`, { name: "Cup", price: 5 });
    await stack().backOffice.put(`/products/${productId}`, { name: "Cup", price: 5, stock: 3 });

    const changed = await stack().backOffice.put(`/products/${productId}`, { name: "Cup", price: 6 });

    expectProblem(unknown, 400);
    expect(unknown.body.errors.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal(["/stock"]);
    expect(changed.status).to.equal(200);
    expect(changed.body).to.deep.equal({ productId, name: "Cup", price: 6, stock: 3 });
  });

  it("lists products by pages, without gaps or repeats", async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `PAGED-${index}`);
    for (const id of ids) await stack().backOffice.put(`/products/${id}`, { name: id, price: 1, stock: 1 });

    const products = await catalogueOf(stack().storefront, 3);

    const listed = products.map(({ productId }) => productId);
    expect(listed.filter((id) => ids.includes(id))).to.deep.equal(ids);
    expect(new Set(listed).size).to.equal(listed.length);
  });

  it("refuses an invalid product with all violations, and keeps the existing one", async () => {
    const valid = { name: "Lamp", price: 20, stock: 5 };
    await stack().backOffice.put("/products/LAMP", valid);

    const response = await stack().backOffice.put("/products/LAMP", { name: "", price: 1.234, stock: -1 });

    expect(response.status).to.equal(400);
    const pointers = response.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).to.have.members(["/name", "/price", "/stock"]);
    expect(await catalogueOf(stack().storefront, 100)).to.deep.include({ productId: "LAMP", ...valid });
  });

  it("refuses an invalid limit or cursor with 400", async () => {
    const responses = await Promise.all(
      ["limit=0", "limit=101", "cursor=x"].map((query) => stack().storefront.get(`/products?${query}`)),
    );

    expect(responses.map(({ status }) => status)).to.deep.equal([400, 400, 400]);
  });
});

/** All products, fetched page by page. */
async function catalogueOf(api: ApiClient, limit: number): Promise<{ productId: string }[]> {
  const client = storefrontClient(api);
  const all = await allPages((from) => bodyOf(client.GET("/products", { params: { query: { limit, ...from } } })));
  return all.flatMap(({ products }) => products);
}
