import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { toFullProduct, toPublicProduct } from "../domain/contract/response-bodies.ts";
import type { FullProductList, ProductList } from "../domain/contract/responses.ts";
import { pageQuery } from "../domain/contract/schemas.ts";
import { type Listing, signCursor } from "../domain/cursor.ts";
import { etagOf, productNotFound } from "../domain/product.ts";
import { listProducts, readProduct } from "../store/products.ts";
import { currency } from "./lib/currency.ts";
import { positionOf } from "./lib/cursors.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { productIdIn } from "./lib/product-in-path.ts";
import type { ApiEvent } from "./lib/request.ts";
import { signingSecrets } from "./lib/signing-secrets.ts";

const LISTING: Listing = { kind: "products", filter: {} };

/** Lists the catalogue by product id: to the storefront, only what is active. */
const list = endpoint("GET /products", async (request) => {
  const { limit, cursor } = request.query(pageQuery);
  const after = cursor === undefined ? "" : await positionOf(cursor, LISTING);
  const secrets = await signingSecrets();

  const isBackOffice = request.audience === "backoffice";
  const { products, last } = await listProducts(db, limit, after, !isBackOffice);
  const body: ProductList | FullProductList = {
    products: products.map((product) => (isBackOffice ? toFullProduct : toPublicProduct)(product, currency())),
    ...(last !== undefined && { nextCursor: signCursor(last, LISTING, secrets) }),
  };
  return { status: 200, body, outcome: "listed" };
});

/** Shows a product: all of it to the back office; to the storefront only if it is active. */
const show = endpoint("GET /products/{productId}", async (request) => {
  const { product } = (await readProduct(db, productIdIn(request))) ?? {};
  const isBackOffice = request.audience === "backoffice";
  if (!product || !(product.about.active || isBackOffice)) throw productNotFound();
  const body = (isBackOffice ? toFullProduct : toPublicProduct)(product, currency());
  return { status: 200, body, headers: { ETag: etagOf(product.about) }, outcome: "found" };
});

/** One function for both, as customers wait for it: its concurrency is reserved. */
export function handler(event: ApiEvent | null, context?: Context): Promise<APIGatewayProxyResult> {
  return event?.pathParameters ? show(event, context) : list(event, context);
}
