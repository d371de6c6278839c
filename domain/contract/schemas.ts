import * as v from "valibot";
import { ORDER_STATUSES } from "../lifecycle.ts";
import { MAX_PRICE_MINOR, MAX_TOTAL_MINOR } from "../money.ts";
import { DEFAULT_LIMIT, MAX_LIMIT, MAX_LINES, MAX_QUANTITY } from "../quantities.ts";
import { BOOKING_REASONS, MAX_STOCK } from "../stock.ts";
import { closedObject, money, productId, text, wholeNumber } from "./field-rules.ts";

/** Schemas of all requests but those for an order and its payment, which have files of their own. */

/** An order's status. */
export const orderStatus = v.picklist(ORDER_STATUSES);

const description = text(2_000);

/** The path has no second slash, which would make it another site's, and no backslash, which browsers read as a slash. */
const image = v.pipe(
  v.string(),
  v.maxLength(2_048, "must have at most 2048 characters"),
  v.regex(
    /^(https:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?)?\/([!-.0-[\]-~][!-[\]-~]*)?$/,
    "must be a URL that begins with https://, or a path of the website such as /pictures/mouse.webp",
  ),
  v.description("A URL that begins with https://, or a path of the website."),
);

const active = v.pipe(v.boolean(), v.description("Whether customers see the product and can order it."));

/** The body of `PUT /products/{productId}`, with the price in the shop's currency. */
export function putProduct(currency: string) {
  return closedObject({
    name: text(200),
    price: money(1, MAX_PRICE_MINOR, currency),
    description: v.exactOptional(description),
    image: v.exactOptional(image),
    active: v.exactOptional(v.pipe(active, v.description("Default true."))),
    stock: v.exactOptional(
      v.pipe(
        wholeNumber(0, MAX_STOCK),
        v.description("Units of a new product, which needs it. For others, book stock instead."),
      ),
    ),
  });
}

/** The body of `PATCH /products/{productId}`: a JSON merge patch (RFC 7396), with the price in the shop's currency. */
export function patchProduct(currency: string) {
  return closedObject({
    name: v.exactOptional(text(200)),
    price: v.exactOptional(money(1, MAX_PRICE_MINOR, currency)),
    description: v.exactOptional(v.nullable(description)),
    image: v.exactOptional(v.nullable(image)),
    active: v.exactOptional(active),
  });
}

const booked = {
  reason: v.picklist(BOOKING_REASONS),
  reference: v.exactOptional(v.pipe(text(100), v.description("What it belongs to, such as a delivery note's number."))),
  note: v.exactOptional(text(500)),
};

/** Books what came or went. */
export const bookDelta = closedObject({
  delta: v.pipe(
    wholeNumber(-MAX_STOCK, MAX_STOCK),
    v.check((units) => units !== 0, "must not be 0"),
    v.metadata({ not: { enum: [0] } }),
    v.description("Units that came, or went if negative."),
  ),
  ...booked,
});

/** Books what was counted. */
export const bookCount = closedObject({
  count: v.pipe(wholeNumber(0, MAX_STOCK), v.description("Units on hand, as counted.")),
  expected: v.pipe(
    wholeNumber(-MAX_STOCK, MAX_STOCK),
    v.description(
      "`onHand` when the count began, negative if more was shipped than was known to be there. If it is another one by now, nothing is booked.",
    ),
  ),
  ...booked,
});

/** The body of `POST /products/{productId}/stock`, for the contract. */
export const bookStock = v.union([bookDelta, bookCount]);

/** The same, with the violations of the one that is meant. */
export const eitherBooking = v.lazy((input) => (isCount(input) ? bookCount : bookDelta));

function isCount(input: unknown): boolean {
  return typeof input === "object" && input !== null && ("count" in input || "expected" in input);
}

/** The body of `PUT /orders/{orderId}`. Only the workflow sets the other statuses. */
export const updateOrderStatus = closedObject({ status: v.picklist(["SHIPPED", "DELIVERED"]) });

const refundReason = v.pipe(text(200), v.description("Why, for the back office. Customers don't see it."));

/** Refunds an amount in the shop's currency. */
export function refundAmount(currency: string) {
  return closedObject({ amount: money(1, MAX_TOTAL_MINOR, currency), reason: refundReason });
}

/** Refunds units of what was ordered. */
export const refundItems = closedObject({
  items: v.pipe(
    v.array(closedObject({ productId, quantity: wholeNumber(1, MAX_QUANTITY) })),
    v.minLength(1, "must have at least one item"),
    v.maxLength(MAX_LINES, `must have at most ${MAX_LINES} items`),
  ),
  reason: refundReason,
});

/** The body of `POST /orders/{orderId}/refunds`, with the violations of the one that is meant. */
export function eitherRefund(currency: string) {
  return v.lazy((input) => (hasItems(input) ? refundItems : refundAmount(currency)));
}

function hasItems(input: unknown): boolean {
  return typeof input === "object" && input !== null && "items" in input;
}

const limitRule = `must be a whole number from 1 to ${MAX_LIMIT}`;
const limit = v.pipe(
  v.string(),
  v.regex(/^\d{1,9}$/, limitRule),
  v.transform(Number),
  v.minValue(1, limitRule),
  v.maxValue(MAX_LIMIT, limitRule),
);
const cursor = v.pipe(v.string(), v.maxLength(1_000, "must have at most 1000 characters"));

/** The query of `GET /orders`; all input values are strings. */
export const orderQuery = closedObject({
  status: v.exactOptional(orderStatus),
  customerId: v.exactOptional(text(128)),
  limit: v.exactOptional(limit, `${DEFAULT_LIMIT}`),
  cursor: v.exactOptional(cursor),
});

/** The query of `GET /products`, and of a product's bookings; all input values are strings. */
export const pageQuery = closedObject({
  limit: v.exactOptional(limit, `${DEFAULT_LIMIT}`),
  cursor: v.exactOptional(cursor),
});

/** A valid body of `PUT /products/{productId}`. */
export type PutProduct = v.InferOutput<ReturnType<typeof putProduct>>;
/** A valid body of `PATCH /products/{productId}`. */
export type PatchProduct = v.InferOutput<ReturnType<typeof patchProduct>>;
/** A valid body of `POST /products/{productId}/stock`. */
export type BookStock = v.InferOutput<typeof bookStock>;
/** A valid body of `POST /orders/{orderId}/refunds`. */
export type RefundOrder = v.InferOutput<ReturnType<typeof eitherRefund>>;
/** A valid body of `PUT /orders/{orderId}`. */
export type UpdateOrderStatus = v.InferOutput<typeof updateOrderStatus>;
