import type { ProductList } from "../orders/answers.ts";
import { type Listing, signCursor, verifyCursor } from "../orders/cursor.ts";
import { productQuery } from "../orders/schemas.ts";
import { listProducts } from "./lib/catalogue.ts";
import { cursorSecrets } from "./lib/cursor-secrets.ts";
import { endpoint } from "./lib/endpoint.ts";

const LISTING: Listing = { kind: "products", filter: {} };

/** Lists the catalogue by product id. */
export const handler = endpoint("GET /products", async (request) => {
  const { limit, cursor } = request.query(productQuery);
  const secrets = await cursorSecrets();
  const after = cursor === undefined ? "" : verifyCursor(cursor, LISTING, secrets);

  const { products, last } = await listProducts(limit, after);
  const body: ProductList = { products, ...(last !== undefined && { nextCursor: signCursor(last, LISTING, secrets) }) };
  return { status: 200, body, outcome: "listed" };
});
