import type { BookingList } from "../domain/contract/responses.ts";
import { pageQuery } from "../domain/contract/schemas.ts";
import { type Listing, signCursor } from "../domain/cursor.ts";
import { listBookings } from "../store/bookings.ts";
import { readItem } from "../store/products.ts";
import { cursorSecrets, positionOf } from "./lib/cursor-secrets.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { productIdIn, productNotFound } from "./lib/product-in-path.ts";

/** Lists the bookings of a product's stock, newest first. */
export const handler = endpoint("GET /products/{productId}/stock", async (request) => {
  const productId = productIdIn(request);
  const { limit, cursor } = request.query(pageQuery);
  const listing: Listing = { kind: "bookings", filter: { productId } };
  const after = cursor === undefined ? "" : await positionOf(cursor, listing);
  const secrets = await cursorSecrets();

  const { bookings, last } = await listBookings(db, productId, limit, after);
  if (bookings.length === 0 && !(await readItem(db, productId))) throw productNotFound();
  const body: BookingList = {
    bookings,
    ...(last !== undefined && { nextCursor: signCursor(last, listing, secrets) }),
  };
  return { status: 200, body, outcome: "listed" };
});
