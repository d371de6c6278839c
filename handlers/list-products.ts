import { toFullProduct, toPublicProduct } from "../domain/contract/response-bodies.ts";
import type { FullProductList, ProductList } from "../domain/contract/responses.ts";
import { pageQuery } from "../domain/contract/schemas.ts";
import { type Listing, signCursor } from "../domain/cursor.ts";
import { listProducts } from "../store/products.ts";
import { cursorSecrets, positionOf } from "./lib/cursor-secrets.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";

const LISTING: Listing = { kind: "products", filter: {} };

/** Lists the catalogue by product id: to the storefront, only what is active. */
export const handler = endpoint("GET /products", async (request) => {
  const { limit, cursor } = request.query(pageQuery);
  const after = cursor === undefined ? "" : await positionOf(cursor, LISTING);
  const secrets = await cursorSecrets();

  const isBackOffice = request.audience === "backoffice";
  const { products, last } = await listProducts(db, limit, after, !isBackOffice);
  const body: ProductList | FullProductList = {
    products: products.map(isBackOffice ? toFullProduct : toPublicProduct),
    ...(last !== undefined && { nextCursor: signCursor(last, LISTING, secrets) }),
  };
  return { status: 200, body, outcome: "listed" };
});
