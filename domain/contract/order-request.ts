import { iso31661Alpha2ToAlpha3 } from "iso-3166/1-a2-to-1-a3.js";
import * as v from "valibot";
import { MAX_PRICE_MINOR, MAX_TOTAL_MINOR } from "../money.ts";
import { MAX_LINES, MAX_QUANTITY } from "../quantities.ts";
import { closedObject, money, productId, text, wholeNumber } from "./field-rules.ts";
import { paymentMethod } from "./payment-request.ts";

/**
 * The schema of an order request, for the handlers, the OpenAPI document and the shop's page. It has a file of its own
 * to keep the page's bundle small.
 */

/** The rule of HTML's email fields, plus a dot in the domain. RFC 5321 limits addresses to 254 characters. */
const emailAddress = v.pipe(
  v.string(),
  v.maxLength(254, "must have at most 254 characters"),
  v.rfcEmail("must be an email address"),
  v.regex(/\.[^.@]{2,}$/, "must be an email address"),
);

const phoneNumber = v.pipe(
  v.string(),
  v.regex(/^\+[1-9]\d{1,14}$/, "must be a phone number in E.164 format, such as +14155550123"),
);

const COUNTRY_CODES = new Set(Object.entries(iso31661Alpha2ToAlpha3).flat());

const country = v.pipe(
  v.string(),
  v.check((code) => COUNTRY_CODES.has(code), "must be an ISO 3166-1 country code, such as US or USA"),
  v.metadata({ enum: [...COUNTRY_CODES].sort() }),
);

/** A shipping address. */
export const shippingAddress = closedObject({
  street: text(200),
  city: text(100),
  state: text(100),
  zipCode: text(20),
  country,
});

function requestedLine(currency: string) {
  return closedObject({
    productId,
    quantity: wholeNumber(1, MAX_QUANTITY),
    price: v.exactOptional(money(0, MAX_PRICE_MINOR, currency)),
  });
}

/** The body of `POST /orders`, with amounts in the shop's currency. */
export function placeOrder(currency: string) {
  return closedObject({
    customerEmail: emailAddress,
    customerId: v.exactOptional(text(128)),
    customerName: v.exactOptional(text(200)),
    customerPhone: v.exactOptional(phoneNumber),
    smsUpdates: v.exactOptional(
      v.pipe(
        v.boolean(),
        v.description(
          "Whether text messages go to `customerPhone`, too, once the order is paid. Only in the countries where the shop sends any; the order says whether it is one. Default false.",
        ),
      ),
    ),
    items: v.pipe(
      v.array(requestedLine(currency)),
      v.minLength(1, "must have at least one line"),
      v.maxLength(MAX_LINES, `must have at most ${MAX_LINES} lines`),
      v.rawCheck(checkLineLimits),
      v.description("Lines for the same product are added together."),
    ),
    shippingAddress: v.exactOptional(shippingAddress),
    paymentMethod: v.exactOptional(paymentMethod),
    totalAmount: v.exactOptional(money(0, MAX_TOTAL_MINOR, currency)),
  });
}

/** A valid body of `POST /orders`. */
export type PlaceOrder = v.InferOutput<ReturnType<typeof placeOrder>>;
/** A valid shipping address. */
export type ShippingAddress = v.InferOutput<typeof shippingAddress>;

/**
 * Limits the number of lines, and the units of each product over all of its lines. Applies even if a line is invalid:
 * valibot skips `maxLength` then.
 */
function checkLineLimits({
  dataset,
  addIssue,
}: v.RawCheckContext<v.InferOutput<ReturnType<typeof requestedLine>>[]>): void {
  const lines: unknown = dataset.value;
  if (!Array.isArray(lines)) return;
  if (!dataset.typed && lines.length > MAX_LINES) addIssue({ message: `must have at most ${MAX_LINES} lines` });
  const units = new Map<unknown, number>();
  for (const [index, line] of lines.entries()) {
    const quantity: unknown = line?.quantity;
    if (typeof quantity !== "number" || quantity > MAX_QUANTITY) continue;
    const before = units.get(line.productId) ?? 0;
    units.set(line.productId, before + quantity);
    if (before > MAX_QUANTITY || before + quantity <= MAX_QUANTITY) continue;
    addIssue({
      message: `must not take its product over ${MAX_QUANTITY} units in total`,
      input: quantity,
      path: [
        { type: "array", origin: "value", input: lines, key: index, value: line },
        { type: "object", origin: "value", input: line, key: "quantity", value: quantity },
      ],
    });
  }
}
