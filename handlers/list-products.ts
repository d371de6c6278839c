import type { ProductList } from "../domain/contract/responses.ts";
import { productQuery } from "../domain/contract/schemas.ts";
import { type Listing, signCursor } from "../domain/cursor.ts";
import { listProducts } from "../store/products.ts";
import { cursorSecrets, positionOf } from "./lib/cursor-secrets.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";

const LISTING: Listing = { kind: "products", filter: {} };

/** Lists the catalogue by product id. */
export const handler = endpoint("GET /products", async (request) => {
  const { limit, cursor } = request.query(productQuery);
  const after = cursor === undefined ? "" : await positionOf(cursor, LISTING);
  const secrets = await cursorSecrets();

  const { products, last } = await listProducts(db, limit, after);
  const body: ProductList = { products, ...(last !== undefined && { nextCursor: signCursor(last, LISTING, secrets) }) };
  return { status: 200, body, outcome: "listed" };
});
