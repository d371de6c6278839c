import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { v7 as uuidv7 } from "uuid";
import type { Booked, BookingList } from "../domain/contract/responses.ts";
import { eitherBooking, pageQuery } from "../domain/contract/schemas.ts";
import { type Listing, signCursor } from "../domain/cursor.ts";
import { fingerprint, KEY_LIFETIME_SECONDS, replay, requireKey } from "../domain/idempotency.ts";
import { newBooking } from "../domain/new-booking.ts";
import { productNotFound } from "../domain/product.ts";
import type { Booking } from "../domain/stock.ts";
import { book, listBookings } from "../store/bookings.ts";
import { claimId } from "../store/claims.ts";
import { readItem } from "../store/products.ts";
import { flagShortOrders } from "../store/shortage.ts";
import { positionOf } from "./lib/cursors.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { productIdIn } from "./lib/product-in-path.ts";
import type { ApiEvent } from "./lib/request.ts";
import { signingSecrets } from "./lib/signing-secrets.ts";

/** Books what came, went or was counted of a product, once for each Idempotency-Key. */
const bookStock = endpoint("POST /products/{productId}/stock", async (request) => {
  const productId = productIdIn(request);
  const claim = claimId(request.audience, requireKey(request.header("Idempotency-Key")));
  const input = request.body(eitherBooking);
  const about = { bookingId: uuidv7(), productId, actor: request.actor, at: new Date().toISOString() };
  const now = Math.floor(Date.parse(about.at) / 1_000);
  // The path is part of what was asked for.
  const asked = { productId, ...input };

  const result = await book(db, productId, claim, now, (onHand) => {
    const booking = newBooking(about, input, onHand);
    const expiresAt = now + KEY_LIFETIME_SECONDS;
    return { booking, record: { fingerprint: fingerprint(asked), response: JSON.stringify(booking), expiresAt } };
  });
  const isNew = "booking" in result;
  const booking: Booking = isNew ? result.booking : JSON.parse(replay(result.record, asked));
  // Also when the request is repeated: the first one may not have come this far.
  const short = (await flagShortOrders(db, [productId])).length;
  const body: Booked = { ...booking, ...(short > 0 && { shortOrders: short }) };
  const outcome = `${isNew ? "booked" : "replayed"}${short > 0 ? ", orders are short" : ""}`;
  return { status: 201, body, outcome, ...(!isNew && { headers: { "Idempotent-Replayed": "true" } }) };
});

/** Lists the bookings of a product's stock, newest first. */
const list = endpoint("GET /products/{productId}/stock", async (request) => {
  const productId = productIdIn(request);
  const { limit, cursor } = request.query(pageQuery);
  const listing: Listing = { kind: "bookings", filter: { productId } };
  const after = cursor === undefined ? "" : await positionOf(cursor, listing);
  const secrets = await signingSecrets();

  const { bookings, last } = await listBookings(db, productId, limit, after);
  if (bookings.length === 0 && !(await readItem(db, productId))) throw productNotFound();
  const body: BookingList = {
    bookings,
    ...(last !== undefined && { nextCursor: signCursor(last, listing, secrets) }),
  };
  return { status: 200, body, outcome: "listed" };
});

/** One function for both routes of the ledger. */
export function handler(event: ApiEvent | null, context?: Context): Promise<APIGatewayProxyResult> {
  return ["GET", "HEAD"].includes(event?.httpMethod ?? "") ? list(event, context) : bookStock(event, context);
}
