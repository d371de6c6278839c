import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { v7 as uuidv7 } from "uuid";
import { toFullProduct } from "../domain/contract/response-bodies.ts";
import { patchProduct, putProduct } from "../domain/contract/schemas.ts";
import { newBooking } from "../domain/new-booking.ts";
import { checkIfMatch, describe, etagOf, openingStock, patch, productNotFound } from "../domain/product.ts";
import { describeProduct } from "../store/describe-product.ts";
import type { StoredProduct } from "../store/products.ts";
import { db } from "./lib/db.ts";
import { type ApiResponse, endpoint } from "./lib/endpoint.ts";
import { productIdIn } from "./lib/product-in-path.ts";
import type { ApiEvent } from "./lib/request.ts";

/** Adds a product, or replaces what describes it. Stock is booked, except that of a new product. */
const put = endpoint("PUT /products/{productId}", async (request) => {
  const productId = productIdIn(request);
  const input = request.body(putProduct);
  const booking = { bookingId: uuidv7(), productId, actor: request.actor, at: new Date().toISOString() };
  const { product, outcome } = await describeProduct(db, productId, (before) => {
    checkIfMatch(request.header("If-Match"), before?.about);
    const stock = openingStock(productId, input, before !== undefined);
    return { about: describe(input), ...(stock && { opening: newBooking(booking, stock, 0) }) };
  });
  return shown(product, outcome);
});

/** Changes some of what describes a product. */
const change = endpoint("PATCH /products/{productId}", async (request) => {
  const input = request.body(patchProduct, "application/merge-patch+json");
  const { product, outcome } = await describeProduct(db, productIdIn(request), (before) => {
    if (!before) throw productNotFound();
    checkIfMatch(request.header("If-Match"), before.about);
    return { about: patch(before.about, input) };
  });
  return shown(product, outcome);
});

/** One function for both: they need the same permissions. */
export function handler(event: ApiEvent | null, context?: Context): Promise<APIGatewayProxyResult> {
  return event?.httpMethod === "PATCH" ? change(event, context) : put(event, context);
}

function shown(product: StoredProduct, outcome: string): ApiResponse {
  const headers = { ETag: etagOf(product.about) };
  return { status: outcome === "added" ? 201 : 200, body: toFullProduct(product), headers, outcome };
}
