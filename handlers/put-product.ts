import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { v7 as uuidv7 } from "uuid";
import { toFullProduct } from "../domain/contract/response-bodies.ts";
import { patchProduct, putProduct } from "../domain/contract/schemas.ts";
import { fromMinor, toMinor } from "../domain/money.ts";
import { newBooking } from "../domain/new-booking.ts";
import { Problem } from "../domain/problem.ts";
import { checkIfMatch, describe, etagOf, openingStock, patch, productNotFound } from "../domain/product.ts";
import { stripeStep } from "../domain/stripe-amounts.ts";
import { describeProduct } from "../store/describe-product.ts";
import type { StoredProduct } from "../store/products.ts";
import { currency } from "./lib/currency.ts";
import { db } from "./lib/db.ts";
import { type ApiResponse, endpoint } from "./lib/endpoint.ts";
import { environment } from "./lib/environment.ts";
import { productIdIn } from "./lib/product-in-path.ts";
import type { ApiEvent } from "./lib/request.ts";

/** Adds a product, or replaces what describes it. Stock is booked, except that of a new product. */
const put = endpoint("PUT /products/{productId}", async (request) => {
  const productId = productIdIn(request);
  const input = request.body(putProduct(currency()));
  checkPrice(input);
  const booking = { bookingId: uuidv7(), productId, actor: request.actor, at: new Date().toISOString() };
  const { product, outcome } = await describeProduct(db, productId, (before) => {
    checkIfMatch(request.header("If-Match"), before?.about);
    const stock = openingStock(productId, input, before !== undefined);
    return { about: describe(input, currency()), ...(stock && { opening: newBooking(booking, stock, 0) }) };
  });
  return shown(product, outcome);
});

/** Changes some of what describes a product. */
const change = endpoint("PATCH /products/{productId}", async (request) => {
  const input = request.body(patchProduct(currency()), "application/merge-patch+json");
  checkPrice(input);
  const { product, outcome } = await describeProduct(db, productIdIn(request), (before) => {
    if (!before) throw productNotFound();
    checkIfMatch(request.header("If-Match"), before.about);
    return { about: patch(before.about, input, currency()) };
  });
  return shown(product, outcome);
});

/** One function for both: they need the same permissions. */
export function handler(event: ApiEvent | null, context?: Context): Promise<APIGatewayProxyResult> {
  return event?.httpMethod === "PATCH" ? change(event, context) : put(event, context);
}

/** @throws Problem `validation` for a price that the payment provider can't charge. */
function checkPrice({ price = 0 }: { price?: number }): void {
  const step = stripeStep(currency());
  if (environment("PAYMENT_GATEWAY") !== "stripe" || toMinor(price, currency()) % step === 0) return;
  const detail = `Stripe charges only multiples of ${fromMinor(step, currency())} ${currency()}, but the price is ${price}.`;
  throw new Problem("validation", detail, { errors: [{ pointer: "/price", detail }] });
}

function shown(product: StoredProduct, outcome: string): ApiResponse {
  const headers = { ETag: etagOf(product.about) };
  return { status: outcome === "added" ? 201 : 200, body: toFullProduct(product, currency()), headers, outcome };
}
