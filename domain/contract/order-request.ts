import * as v from "valibot";
import { addressFields } from "../addresses.ts";
import { MAX_PRICE_MINOR, MAX_TOTAL_MINOR } from "../money.ts";
import { MAX_LINES, MAX_QUANTITY } from "../quantities.ts";
import { closedObject, money, productId, requireFields, text, wholeNumber } from "./field-rules.ts";
import { paymentMethod } from "./payment-request.ts";

/**
 * The schema of an order request, for the handlers, the OpenAPI document and the shop's page. It has a file of its own
 * to keep the page's bundle small.
 */

/**
 * The rule of HTML's email fields, less what no mail server takes: dots at the ends of the local part or next to each other,
 * more than 64 characters in it, and a domain without a top-level one. Source: RFC 5321, sections 2.3.5, 4.1.2 and 4.5.3.1.
 */
const emailAddress = v.pipe(
  v.string(),
  v.maxLength(254, "must have at most 254 characters"),
  v.rfcEmail("must be an email address"),
  v.regex(/^[^.@]+(\.[^.@]+)*@.+\.([A-Za-z]{2,}|[Xx][Nn]--[A-Za-z0-9-]+)$/, "must be an email address"),
  v.check((address) => address.indexOf("@") <= 64, "must have at most 64 characters before the @"),
);

function phoneNumber(toE164: (text: string) => string | undefined) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
      const number = toE164(dataset.value);
      if (number !== undefined) return number;
      addIssue({ message: "must be one phone number with its country code, such as +1 415 555 0123" });
      return NEVER;
    }),
    v.description("Stored in E.164, however it is written."),
  );
}

/**
 * A shipping address, written as its country does.
 *
 * @param alpha2 - The countries' codes that it can have, each with the country's two letters.
 */
export function addressRequest(alpha2: ReadonlyMap<string, string>) {
  return v.pipe(
    closedObject({
      street: text(200),
      district: v.exactOptional(v.pipe(text(100), v.description("Part of a city."))),
      city: v.exactOptional(text(100)),
      state: v.exactOptional(text(100)),
      zipCode: v.exactOptional(text(20)),
      country: v.pipe(
        v.string(),
        v.check((code) => alpha2.has(code), "must be an ISO 3166-1 country code, such as US or USA"),
        v.metadata({ enum: [...alpha2.keys()].sort() }),
      ),
    }),
    requireFields(({ country }) => {
      const fields = addressFields(alpha2.get(String(country)) ?? "");
      const required = fields.filter(({ field, isRequired }) => isRequired && field !== "street");
      return required.map(({ field }) => [field, `for addresses in ${country}`]);
    }),
    v.description("Which fields it needs depends on its country."),
  );
}

function requestedLine(currency: string) {
  return closedObject({
    productId,
    quantity: wholeNumber(1, MAX_QUANTITY),
    price: v.exactOptional(money(0, MAX_PRICE_MINOR, currency)),
  });
}

/** Rules that are backed by large data sets. */
interface SizeableRules {
  shippingAddress: ReturnType<typeof addressRequest>;
  /** Normalizes a phone number, if it is one. */
  toE164(text: string): string | undefined;
}

/**
 * The body of `POST /orders`, with amounts in the shop's currency.
 *
 * @param rules - Those of which the shop's page needs less than the API.
 */
export function orderRequest(currency: string, { shippingAddress, toE164 }: SizeableRules) {
  return v.pipe(
    closedObject({
      customerEmail: emailAddress,
      customerId: v.exactOptional(text(128)),
      customerName: v.exactOptional(
        v.pipe(text(200), v.description("Required with a `shippingAddress`, unless there is a `customerId`.")),
      ),
      customerPhone: v.exactOptional(phoneNumber(toE164)),
      smsUpdates: v.exactOptional(
        v.pipe(
          v.boolean(),
          v.description(
            "Whether to text `customerPhone`, too, once the order is paid. Not in every country. Default false.",
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
    }),
    // Whoever orders with a customer's id has their name elsewhere.
    requireFields(({ shippingAddress: parcel, customerId }) =>
      parcel === undefined || customerId !== undefined ? [] : [["customerName", "for a shipping address"]],
    ),
  );
}

/** A valid body of `POST /orders`. */
export type PlaceOrder = v.InferOutput<ReturnType<typeof orderRequest>>;
/** A valid shipping address. */
export type ShippingAddress = v.InferOutput<ReturnType<typeof addressRequest>>;

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
