import { readFile } from "node:fs/promises";
import { validate } from "@readme/openapi-parser";
import { expect } from "chai";
import { typesOf } from "../../../../cli/verbs/ship/openapi.ts";
import type { Audience } from "../../../../domain/audience.ts";
import { openApiDocument } from "../../../../domain/contract/openapi.ts";
import { PROBLEMS } from "../../../../domain/problem.ts";

const AUDIENCES: Audience[] = ["storefront", "backoffice"];

for (const audience of AUDIENCES) {
  describe(`The OpenAPI document of the ${audience}`, () => {
    it("is valid OpenAPI 3.0", async () => {
      // The validator resolves references in place.
      const result = await validate(structuredClone(openApiDocument(audience)) as never);

      expect(result).to.deep.include({ valid: true, warnings: [] });
    });

    it("is committed, with the types made from it: `./orders openapi` updates both", async () => {
      const committed = (extension: string) =>
        readFile(new URL(`../../../../domain/contract/${audience}.${extension}`, import.meta.url), "utf8");
      const document = openApiDocument(audience);

      expect(await committed("json")).to.equal(`${JSON.stringify(document, null, 2)}\n`);
      expect(await committed("d.ts")).to.equal(await typesOf(document));
    });

    it("has no unused schemas", () => {
      const document = JSON.stringify(openApiDocument(audience));
      const schemas = Object.keys(openApiDocument(audience).components.schemas);

      const unused = schemas.filter((name) => !document.includes(`"#/components/schemas/${name}"`));

      expect(unused).to.deep.equal([]);
    });

    it("requires a key for everything but /health", () => {
      const { paths, security } = openApiDocument(audience);

      const open = Object.entries(paths).filter(([, methods]) => Object.values(methods).some((each) => each.security));

      expect(security).to.deep.equal([{ ApiKey: [] }]);
      expect(open.map(([path]) => path)).to.deep.equal(["/health"]);
    });
  });
}

describe("The contract", () => {
  it("gives each audience exactly its routes", () => {
    const routes = (audience: Audience) =>
      Object.entries(openApiDocument(audience).paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
      );
    const shared = [
      ...["POST /orders placeOrder", "GET /orders/{orderId} getOrder", "POST /orders/{orderId}/cancel cancelOrder"],
      ...["GET /products listProducts", "GET /products/{productId} getProduct"],
    ];

    expect(routes("storefront")).to.have.members([
      ...shared,
      "POST /orders/{orderId}/payment payOrder",
      "GET /health getHealth",
    ]);
    expect(routes("backoffice")).to.have.members([
      ...shared,
      "GET /orders listOrders",
      "PUT /orders/{orderId} updateOrderStatus",
      "POST /orders/{orderId}/refunds refundOrder",
      "PUT /products/{productId} putProduct",
      "PATCH /products/{productId} patchProduct",
      "POST /products/{productId}/stock bookStock",
      "GET /products/{productId}/stock listBookings",
      "GET /health getHealth",
    ]);
  });

  it("hides the back office's fields from the storefront, and promises personal fields to nobody", () => {
    const schemaOf = (audience: Audience, schema: string) =>
      openApiDocument(audience).components.schemas[schema] as { properties: object; required: string[] };
    const fields = (audience: Audience, schema: string) => Object.keys(schemaOf(audience, schema).properties);
    const hidden = (schema: string) =>
      fields("backoffice", schema).filter((field) => !fields("storefront", schema).includes(field));
    const order = schemaOf("storefront", "Order");

    expect(hidden("Product")).to.have.members(["active", "onHand", "reserved"]);
    expect(hidden("Order")).to.deep.equal([]);
    expect(JSON.stringify(order)).to.not.include('"actor"').and.not.include("REFUND_REFUSED");
    expect(order.required).to.not.include("customerEmail");
  });

  it("identifies every problem by its own URI", () => {
    const types = Object.values(PROBLEMS).map(({ type }) => type);

    expect(new Set(types).size).to.equal(types.length);
    for (const type of types) expect(type).to.match(/^urn:orders:problem:[a-z-]+$/);
  });
});
