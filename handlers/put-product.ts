import { v7 as uuidv7 } from "uuid";
import { toFullProduct } from "../domain/contract/response-bodies.ts";
import { putProduct } from "../domain/contract/schemas.ts";
import { newBooking } from "../domain/new-booking.ts";
import { checkIfMatch, describe, etagOf, openingStock } from "../domain/product.ts";
import { describeProduct } from "../store/describe-product.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { productIdIn } from "./lib/product-in-path.ts";

/** Adds a product to the catalogue, or replaces what describes it. Stock is booked, except that of a new product. */
export const handler = endpoint("PUT /products/{productId}", async (request) => {
  const productId = productIdIn(request);
  const input = request.body(putProduct);
  const booking = { bookingId: uuidv7(), productId, actor: request.actor, at: new Date().toISOString() };
  const { product, outcome } = await describeProduct(db, productId, (before) => {
    checkIfMatch(request.header("If-Match"), before?.about);
    const stock = openingStock(productId, input, before !== undefined);
    return { about: describe(input), ...(stock && { opening: newBooking(booking, stock, 0) }) };
  });
  const headers = { ETag: etagOf(product.about) };
  return { status: outcome === "added" ? 201 : 200, body: toFullProduct(product), headers, outcome };
});
