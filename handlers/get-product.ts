import { toFullProduct, toPublicProduct } from "../domain/contract/response-bodies.ts";
import { etagOf } from "../domain/product.ts";
import { readProduct } from "../store/products.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { productIdIn, productNotFound } from "./lib/product-in-path.ts";

/** Shows a product: all of it to the back office; to the storefront only if it is active. */
export const handler = endpoint("GET /products/{productId}", async (request) => {
  const { product } = (await readProduct(db, productIdIn(request))) ?? {};
  const isVisible = product?.about.active || request.audience === "backoffice";
  if (!product || !isVisible) throw productNotFound();
  const body = request.audience === "backoffice" ? toFullProduct(product) : toPublicProduct(product);
  return { status: 200, body, headers: { ETag: etagOf(product.about) }, outcome: "found" };
});
