import { putProduct } from "../domain/contract/schemas.ts";
import { PRODUCT_ID_PATTERN } from "../domain/ids.ts";
import { Problem } from "../domain/problem.ts";
import { putProduct as storeProduct } from "../store/products.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";

/** Adds or changes a product of the catalogue. */
export const handler = endpoint("PUT /products/{productId}", async (request) => {
  const productId = request.pathParameter("productId");
  if (!PRODUCT_ID_PATTERN.test(productId)) {
    const rule = "1 to 64 letters, digits, dots, hyphens, tildes and underscores, and no dot in front";
    throw new Problem("not-found", `There can be no product with this id: ids are ${rule}.`);
  }
  const { product, isNew } = await storeProduct(db, productId, request.body(putProduct));
  return { status: isNew ? 201 : 200, body: product, outcome: isNew ? "added" : "changed" };
});
