import { toFullProduct } from "../domain/contract/response-bodies.ts";
import { patchProduct } from "../domain/contract/schemas.ts";
import { checkIfMatch, etagOf, patch } from "../domain/product.ts";
import { describeProduct } from "../store/describe-product.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { productIdIn, productNotFound } from "./lib/product-in-path.ts";

/** Changes some of what describes a product. */
export const handler = endpoint("PATCH /products/{productId}", async (request) => {
  const change = request.body(patchProduct, "application/merge-patch+json");
  const { product, outcome } = await describeProduct(db, productIdIn(request), (before) => {
    if (!before) throw productNotFound();
    checkIfMatch(request.header("If-Match"), before.about);
    return { about: patch(before.about, change) };
  });
  return { status: 200, body: toFullProduct(product), headers: { ETag: etagOf(product.about) }, outcome };
});
