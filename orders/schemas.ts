import { iso31661Alpha2ToAlpha3 } from "iso-3166/1-a2-to-1-a3.js";
import * as v from "valibot";
import { ORDER_STATUSES } from "./lifecycle.ts";
import { isMoney, MAX_PRICE, MAX_TOTAL } from "./money.ts";

/**
 * What a request may say. Handlers, the web form and the OpenAPI document all read it here. A field that is not named
 * is a violation, not ignored: a misspelt optional field would be lost without a word, and a field that gets a meaning
 * later would have been sent without one before.
 */

/** How many lines an order may have, and how many pieces of one product, over all of its lines. */
export const MAX_LINES = 50;
const MAX_QUANTITY = 1_000;

/** Product ids go into URLs, so they hold only the characters that RFC 3986 calls unreserved, and no leading dot. */
export const PRODUCT_ID_PATTERN = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}$/;

/** An order's id: a UUID of version 7 (RFC 9562), in lower case. */
export const ORDER_ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** An object of these fields and no others. `strictObject` does the same, but stops at the first unknown field. */
function closedObject<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.objectWithRest(entries, v.never()) as unknown as v.StrictObjectSchema<Entries, undefined>;
}

/** Text for people: not blank, bounded, and of characters only: none that queues refuse, which carry it in events. */
function text(maxLength: number) {
  return v.pipe(
    v.string(),
    v.maxLength(maxLength, `must have at most ${maxLength} characters`),
    v.regex(/\S/, "must not be blank"),
    v.check(
      (value) => !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(value),
      "must not have control characters or broken Unicode",
    ),
  );
}

function money(min: number, max: number) {
  return v.pipe(
    v.number(),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
    v.check(isMoney, "must have at most two decimal places"),
    v.description("US dollars, with at most two decimal places"),
  );
}

function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

const productId = v.pipe(
  v.string(),
  v.regex(PRODUCT_ID_PATTERN, "must be 1 to 64 letters, digits, dots, hyphens, tildes and underscores"),
);

/** The rule of HTML's e-mail fields, which browsers apply too, plus a dot in the domain; 254 is the limit of RFC 5321. */
const emailAddress = v.pipe(
  v.string(),
  v.maxLength(254, "must have at most 254 characters"),
  v.rfcEmail("must be an e-mail address"),
  v.regex(/\.[^.@]{2,}$/, "must be an e-mail address"),
);

const phoneNumber = v.pipe(
  v.string(),
  v.regex(/^\+[1-9]\d{1,14}$/, "must be a phone number in E.164 form, such as +14155550123"),
);

const COUNTRY_CODES = new Set(Object.entries(iso31661Alpha2ToAlpha3).flat());

const country = v.pipe(
  v.string(),
  v.check((code) => COUNTRY_CODES.has(code), "must be a country code of ISO 3166-1, such as US or USA"),
  v.description("ISO 3166-1 alpha-2 or alpha-3 code, in capitals"),
  v.metadata({ pattern: "^[A-Z]{2,3}$" }),
);

/** An order's status. */
export const orderStatus = v.picklist(ORDER_STATUSES);

/** Where an order is sent to. */
export const shippingAddress = closedObject({
  street: text(200),
  city: text(100),
  state: text(100),
  zipCode: text(20),
  country,
});

const requestedLine = closedObject({
  productId,
  quantity: wholeNumber(1, MAX_QUANTITY),
  price: v.exactOptional(
    v.pipe(
      money(0, MAX_PRICE),
      v.description("What the caller takes the price of one piece for. Must be the catalogue's."),
    ),
  ),
});

/** The body of `POST /orders`. */
export const placeOrder = closedObject({
  customerEmail: emailAddress,
  customerId: v.exactOptional(text(128)),
  customerName: v.exactOptional(text(200)),
  customerPhone: v.exactOptional(phoneNumber),
  items: v.pipe(
    v.array(requestedLine),
    v.minLength(1, "must have at least one line"),
    v.maxLength(MAX_LINES, `must have at most ${MAX_LINES} lines`),
    v.rawCheck(linesAddUp),
    v.description("Lines of the same product are added up."),
  ),
  shippingAddress: v.exactOptional(shippingAddress),
  paymentMethod: v.exactOptional(
    v.pipe(text(255), v.description("The payment provider's id of how to pay, or a test value of the simulated one.")),
  ),
  totalAmount: v.exactOptional(
    v.pipe(money(0, MAX_TOTAL), v.description("What the caller takes the total for. Must be the sum of the lines.")),
  ),
});

/** The body of `PUT /products/{productId}`. */
export const putProduct = closedObject({
  name: text(200),
  price: money(0.01, MAX_PRICE),
  stock: v.pipe(wholeNumber(0, 1_000_000_000), v.description("Pieces that can be sold.")),
});

/** The body of `PUT /orders/{orderId}`: every other status is the workflow's to give. */
export const updateOrderStatus = closedObject({ status: v.picklist(["SHIPPED", "DELIVERED"]) });

/** How many entries a page has at most, and unless the caller says otherwise. */
export const MAX_LIMIT = 100;
export const DEFAULT_LIMIT = 50;

const limitRule = `must be a whole number from 1 to ${MAX_LIMIT}`;
const limit = v.pipe(
  v.string(),
  v.regex(/^\d{1,9}$/, limitRule),
  v.transform(Number),
  v.minValue(1, limitRule),
  v.maxValue(MAX_LIMIT, limitRule),
);
const cursor = v.pipe(v.string(), v.maxLength(1_000, "must have at most 1000 characters"));

/** The query of `GET /orders`, every value still a string. */
export const orderQuery = closedObject({
  status: v.exactOptional(orderStatus),
  customerId: v.exactOptional(text(128)),
  limit: v.exactOptional(limit, `${DEFAULT_LIMIT}`),
  cursor: v.exactOptional(cursor),
});

/** The query of `GET /products`, every value still a string. */
export const productQuery = closedObject({
  limit: v.exactOptional(limit, `${DEFAULT_LIMIT}`),
  cursor: v.exactOptional(cursor),
});

/** A valid body of `POST /orders`. */
export type PlaceOrder = v.InferOutput<typeof placeOrder>;
/** Where an order is sent to. */
export type ShippingAddress = v.InferOutput<typeof shippingAddress>;
/** A valid body of `PUT /products/{productId}`. */
export type PutProduct = v.InferOutput<typeof putProduct>;
/** A valid body of `PUT /orders/{orderId}`. */
export type UpdateOrderStatus = v.InferOutput<typeof updateOrderStatus>;

/**
 * Two rules on the list of lines that hold even where a line is wrong: valibot's own length check is silent then. The
 * bound of the quantity is one on a product, so lines of the same product can't get around it.
 */
function linesAddUp({ dataset, addIssue }: v.RawCheckContext<v.InferOutput<typeof requestedLine>[]>): void {
  const lines: unknown = dataset.value;
  if (!Array.isArray(lines)) return;
  if (!dataset.typed && lines.length > MAX_LINES) addIssue({ message: `must have at most ${MAX_LINES} lines` });
  const pieces = new Map<unknown, number>();
  for (const [index, line] of lines.entries()) {
    const quantity: unknown = line?.quantity;
    if (typeof quantity !== "number" || quantity > MAX_QUANTITY) continue;
    const before = pieces.get(line.productId) ?? 0;
    pieces.set(line.productId, before + quantity);
    if (before > MAX_QUANTITY || before + quantity <= MAX_QUANTITY) continue;
    addIssue({
      message: `must not bring its product over ${MAX_QUANTITY} pieces in all`,
      input: quantity,
      path: [
        { type: "array", origin: "value", input: lines, key: index, value: line },
        { type: "object", origin: "value", input: line, key: "quantity", value: quantity },
      ],
    });
  }
}
