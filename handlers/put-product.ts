import { PRODUCT_ID_PATTERN } from "../orders/order-request.ts";
import { Problem } from "../orders/problem.ts";
import { putProduct } from "../orders/schemas.ts";
import { putProduct as storeProduct } from "./lib/catalogue.ts";
import { endpoint } from "./lib/endpoint.ts";

/** Adds a product to the catalogue, or changes it. */
export const handler = endpoint("PUT /products/{productId}", async (request) => {
  const productId = request.pathParameter("productId");
  if (!PRODUCT_ID_PATTERN.test(productId)) {
    const rule = "1 to 64 letters, digits, dots, hyphens, tildes and underscores, and no dot in front";
    throw new Problem("not-found", `There can be no product with this id: ids are ${rule}.`);
  }
  const { product, isNew } = await storeProduct(productId, request.body(putProduct));
  return { status: isNew ? 201 : 200, body: product, outcome: isNew ? "added" : "changed" };
});
