import type { ProblemType } from "../../domain/problem.ts";
import { orderBody } from "../support/orders.ts";
import type { RawRequest } from "./raw-http.ts";

/** A description, a request, and the expected problem with its pointers. */
export type MalformedRequest = [what: string, request: RawRequest, problem: ProblemType, pointers?: string[]];

/** An otherwise valid body with a field set to raw JSON. */
function bodyWith(field: string, json: string): string {
  return JSON.stringify(orderBody({ [field]: "@" })).replace('"@"', json);
}

const order = JSON.stringify(orderBody());
const withName = (json: string) => ({ body: bodyWith("customerName", json) });
const withEmail = (email: string) => ({ body: JSON.stringify(orderBody({ customerEmail: email })) });
const withPhone = (customerPhone: string) => ({ body: JSON.stringify(orderBody({ customerPhone })) });
const withLine = (json: string) => ({ body: bodyWith("items", `[${json}]`) });
const withQuantity = (json: string) => withLine(`{"productId":"PROD-001","quantity":${json}}`);
const withPrice = (json: string) => withLine(`{"productId":"PROD-001","quantity":1,"price":${json}}`);
const PUT_AGAIN = '{"name":"x","price":1,"stock":1}';
const lines = (count: number) => bodyWith("items", JSON.stringify(Array(count).fill({ productId: "A", quantity: 1 })));
const sentAs = (type: string) => ({ headers: { "Content-Type": type }, body: order });
const nested = (levels: number) => withName(`${"[".repeat(levels)}${"]".repeat(levels)}`);

/** Requests with invalid bodies. */
export const BODIES: MalformedRequest[] = [
  ["plain text", sentAs("text/plain"), "unsupported-media-type"],
  ["a form", sentAs("application/x-www-form-urlencoded"), "unsupported-media-type"],
  ["a form with files", sentAs("multipart/form-data; boundary=x"), "unsupported-media-type"],
  ["XML", sentAs("application/xml"), "unsupported-media-type"],
  ["an unsupported JSON type", sentAs("application/merge-patch+json"), "unsupported-media-type"],
  ["two types", sentAs("application/json, text/plain"), "unsupported-media-type"],
  ["an invalid type", sentAs("?"), "unsupported-media-type"],
  ["an empty body", { body: "" }, "bad-request"],
  ["bytes that are not UTF-8", { body: Buffer.concat([Buffer.from(order), Buffer.of(0xff)]) }, "bad-request"],
  ["half a character", withBytes(0xe2, 0x82), "bad-request"],
  ["an overlong slash", withBytes(0xc0, 0xaf), "bad-request"],
  ["a surrogate in UTF-8", withBytes(0xed, 0xa0, 0x80), "bad-request"],
  ["UTF-16", { body: Buffer.from(`\ufeff${order}`, "utf16le").subarray(1) }, "bad-request"],
  ["an order followed by more JSON", { body: `${order}{}` }, "bad-request"],
  ["a trailing comma", { body: order.replace("}", ",}") }, "bad-request"],
  ["single quotes", { body: order.replaceAll('"', "'") }, "bad-request"],
  ["a comment", { body: `/**/${order}` }, "bad-request"],
  ["a list of orders", { body: `[${order}]` }, "bad-request"],
  ["an order in a string", { body: JSON.stringify(order) }, "bad-request"],
  ["an unescaped control character", withName('"\n"'), "bad-request"],
  ["30,000 levels", nested(30_000), "bad-request"],
  ["100,000 levels", nested(100_000), "bad-request"],
  ["300 levels", nested(300), "validation", ["/customerName"]],
  ["a prototype", { body: order.replace("{", '{"__proto__":{"isAdmin":true},') }, "validation", ["/__proto__"]],
  ["a constructor", { body: order.replace("{", '{"constructor":{"prototype":{}},') }, "validation", ["/constructor"]],
  [
    "a line's prototype",
    withLine('{"productId":"PROD-001","quantity":1,"__proto__":{"price":0}}'),
    "validation",
    ["/items/0/__proto__"],
  ],
  ["a creation time", { body: bodyWith("createdAt", '"2020-02-30T25:61:61Z"') }, "validation", ["/createdAt"]],
  ["a status", { body: bodyWith("status", '"COMPLETED"') }, "validation", ["/status"]],
  ["an order id", { body: bodyWith("orderId", '"x"') }, "validation", ["/orderId"]],
  ["a quantity of NaN", withQuantity("NaN"), "bad-request"],
  ["a quantity of Infinity", withQuantity("Infinity"), "bad-request"],
  ["a hexadecimal quantity", withQuantity("0x10"), "bad-request"],
  ["an octal quantity", withQuantity("010"), "bad-request"],
  ["a quantity with a plus sign", withQuantity("+1"), "bad-request"],
  ["a quantity of 1e400", withQuantity("1e400"), "validation", ["/items/0/quantity"]],
  ["a quantity of -1e400", withQuantity("-1e400"), "validation", ["/items/0/quantity"]],
  ["a quantity of 1e-400", withQuantity("1e-400"), "validation", ["/items/0/quantity"]],
  ["a quantity of minus zero", withQuantity("-0"), "validation", ["/items/0/quantity"]],
  ["a fractional quantity", withQuantity("1.5"), "validation", ["/items/0/quantity"]],
  ["a quantity of 2^53 + 1", withQuantity("9007199254740993"), "validation", ["/items/0/quantity"]],
  ["a number of 4,000 digits", withQuantity("9".repeat(4_000)), "validation", ["/items/0/quantity"]],
  ["a quantity as a string", withQuantity('"1"'), "validation", ["/items/0/quantity"]],
  ["a quantity of true", withQuantity("true"), "validation", ["/items/0/quantity"]],
  ["a price of 1e400", withPrice("1e400"), "validation", ["/items/0/price"]],
  ["a price with a fraction of a cent", withPrice("29.990000000001"), "validation", ["/items/0/price"]],
  ["a price of minus a cent", withPrice("-0.01"), "validation", ["/items/0/price"]],
  ["a price of minus zero", withPrice("-0"), "order-rejected", ["/items/0/price"]],
  ["a total of 1e400", { body: bodyWith("totalAmount", "1e400") }, "validation", ["/totalAmount"]],
  ["51 lines", { body: lines(51) }, "validation", ["/items"]],
  ["2,000 lines", { body: lines(2_000) }, "validation", ["/items", "/items/1000/quantity"]],
  ["5,000 lines", { body: lines(5_000) }, "payload-too-large"],
  ["a megabyte", { body: order.padEnd(1_048_576, " ") }, "payload-too-large"],
  ["64 KiB and a byte", { body: order.padEnd(65_537, " ") }, "payload-too-large"],
  ["a name of 201 letters", withName(`"${"x".repeat(201)}"`), "validation", ["/customerName"]],
  ["a name of 60,000 letters", withName(`"${"x".repeat(60_000)}"`), "validation", ["/customerName"]],
  ["a name of 60,000 blanks", withName(`"${" ".repeat(60_000)}"`), "validation", ["/customerName", "/customerName"]],
  ["a lone surrogate", withName('"\\ud800"'), "validation", ["/customerName"]],
  ["swapped surrogates", withName('"\\udc00\\ud800"'), "validation", ["/customerName"]],
  ["a null character", withName('"a\\u0000b"'), "validation", ["/customerName"]],
  ["a noncharacter", withName('"\\uffff"'), "validation", ["/customerName"]],
  ["a name of zero-width characters", withName('"\\u200b\\u2060\\ufeff"'), "validation", ["/customerName"]],
  ["a name of Hangul fillers", withName('"\\u3164\\uffa0"'), "validation", ["/customerName"]],
  ["a name of tags", withName('"\\udb40\\udc41"'), "validation", ["/customerName"]],
  ["a name that turns text around", withName('"Jo\\u202egpj.exe"'), "validation", ["/customerName"]],
  ["a name in an isolate", withName('"\\u2067Jo\\u2069"'), "validation", ["/customerName"]],
  ["a header in the name", withName('"a\\r\\nBcc: eve@example.com"'), "validation", ["/customerName"]],
  ["a header in the address", withEmail("a@example.com\r\nBcc: eve@example.com"), "validation", ["/customerEmail"]],
  ["a line break after the address", withEmail("a@example.com\n"), "validation", ["/customerEmail"]],
  ["two dots in the address", withEmail("john..doe@example.com"), "validation", ["/customerEmail"]],
  ["a dot before the @", withEmail("john.@example.com"), "validation", ["/customerEmail"]],
  ["an invisible character in the address", withEmail("jo\u200b@example.com"), "validation", ["/customerEmail"]],
  ["two addresses", withEmail("a@example.com,eve@example.com"), "validation", ["/customerEmail"]],
  ["an address with a name", withEmail("Eve <eve@example.com>"), "validation", ["/customerEmail"]],
  ["a quoted local part", withEmail('"eve"@example.com'), "validation", ["/customerEmail"]],
  ["an address at an IP address", withEmail("eve@[127.0.0.1]"), "validation", ["/customerEmail"]],
  ["an accent in the address, composed", withEmail("zo\u00eb@example.com"), "validation", ["/customerEmail"]],
  ["an accent in the address, decomposed", withEmail("zoe\u0308@example.com"), "validation", ["/customerEmail"]],
  ["a Cyrillic letter in the address", withEmail("\u0430da@example.com"), "validation", ["/customerEmail"]],
  ["an address of 255 letters", withEmail(`a@${"b.".repeat(125)}com`), "validation", ["/customerEmail"]],
  ["65 letters before the @", withEmail(`${"a".repeat(65)}@example.com`), "validation", ["/customerEmail"]],
  ["two phone numbers", withPhone("+1 415 555 0123, +1 415 555 0124"), "validation", ["/customerPhone"]],
  ["a phone number of 60,000 digits", withPhone(`+${"1".repeat(60_000)}`), "validation", ["/customerPhone"]],
  [
    "a phone number of 60,000 hyphens",
    withPhone(`+1${"-".repeat(60_000)}4155550123`),
    "validation",
    ["/customerPhone"],
  ],
  ["a product with an accent", withLine('{"productId":"PRO\u0301D","quantity":1}'), "validation", idAt(0)],
  ["a product in full-width letters", withLine('{"productId":"\uff30\uff32","quantity":1}'), "validation", idAt(0)],
  ["a product with path traversal", withLine('{"productId":"../PRODUCTS","quantity":1}'), "validation", idAt(0)],
  ["a product with another item's key", withLine('{"productId":"ORDER#1","quantity":1}'), "validation", idAt(0)],
  ["a product in lower case", withLine('{"productId":"prod-001","quantity":1}'), "order-rejected", idAt(0)],
  ["a product called __proto__", withLine('{"productId":"__proto__","quantity":1}'), "order-rejected", idAt(0)],
];

const booked = (json: string, key = "hostile-booking") => ({
  path: "/products/PROD-001/stock",
  headers: { "Idempotency-Key": key },
  body: json,
});
const patched = (json: string) => ({
  method: "PATCH",
  path: "/products/PROD-001",
  headers: { "Content-Type": "application/merge-patch+json" },
  body: json,
});
const imaged = (image: string) => patched(JSON.stringify({ image }));

/** Requests with invalid changes of products and bookings of stock. */
export const PRODUCT_CHANGES: MalformedRequest[] = [
  [
    "a booking without a key",
    { path: "/products/PROD-001/stock", body: '{"delta":1,"reason":"RECEIVED"}' },
    "validation",
  ],
  ["a booking of nothing", booked('{"delta":0,"reason":"RECEIVED"}'), "validation", ["/delta"]],
  ["a booking of half a unit", booked('{"delta":0.5,"reason":"RECEIVED"}'), "validation", ["/delta"]],
  ["a booking of 1e400", booked('{"delta":1e400,"reason":"RECEIVED"}'), "validation", ["/delta"]],
  ["a booking of nine billion", booked('{"delta":9000000000,"reason":"RECEIVED"}'), "validation", ["/delta"]],
  ["an empty booking", booked("{}"), "validation", ["/delta", "/reason"]],
  ["a count without what was expected", booked('{"count":1,"reason":"COUNTED"}'), "validation", ["/expected"]],
  ["a negative count", booked('{"count":-1,"expected":1,"reason":"COUNTED"}'), "validation", ["/count"]],
  ["a count with a delta", booked('{"count":1,"expected":1,"delta":1,"reason":"COUNTED"}'), "validation", ["/delta"]],
  ["a reason of its own", booked('{"delta":1,"reason":"STOLEN"}'), "validation", ["/reason"]],
  ["an actor", booked('{"delta":1,"reason":"RECEIVED","actor":"eve"}'), "validation", ["/actor"]],
  ["more than there is", booked('{"delta":-1000000,"reason":"DAMAGED"}'), "stock-differs", ["/delta"]],
  ["a patch of the stock", patched('{"stock":5}'), "validation", ["/stock"]],
  ["a patch of the version", patched('{"version":1}'), "validation", ["/version"]],
  ["a patch without a name", patched('{"name":null}'), "validation", ["/name"]],
  ["a patch in operations", patched('[{"op":"remove","path":"/name"}]'), "bad-request"],
  ["an image at another scheme", imaged("javascript:alert(1)"), "validation", ["/image"]],
  ["an image without TLS", imaged("http://example.com/a.png"), "validation", ["/image"]],
  ["an image at another host", imaged("//example.com/a.png"), "validation", ["/image"]],
  ["an image at another host, by a backslash", imaged("/\\example.com/a.png"), "validation", ["/image"]],
  ["an image with a password", imaged("https://a:b@example.com/a.png"), "validation", ["/image"]],
  [
    "stock for a product that exists",
    { method: "PUT", path: "/products/PROD-001", body: PUT_AGAIN },
    "stock-is-booked",
  ],
];

const keyed = (key: string) => ({ headers: { "Idempotency-Key": key }, body: order });

/** Requests with invalid idempotency keys. */
export const KEYS: MalformedRequest[] = [
  ["empty", keyed(""), "validation"],
  ["two words", keyed("a b"), "validation"],
  ["of 256 characters", keyed("k".repeat(256)), "validation"],
  ["of 8,000 characters", keyed("k".repeat(8_000)), "validation"],
  ["with an accent in Latin-1", keyed("cl\u00e9"), "validation"],
  ["with an accent in UTF-8", keyed("cl\u00c3\u00a9"), "validation"],
  ["with invalid bytes", keyed("\u00ff\u00fe"), "validation"],
  ["with a tab", keyed("a\tb"), "validation"],
  ["with the byte 0x7f", keyed("a\u007f"), "validation"],
];

/** Requests with invalid paths and queries of the back office. */
export const TARGETS: MalformedRequest[] = [
  ["GET", "/ORDERS", "not-found"] as const,
  ["GET", "/orders/../products", "not-found"] as const,
  ["GET", "/orders/%2e%2e/products", "not-found"] as const,
  ["GET", "/orders/..%2f..%2f..%2fetc%2fpasswd", "not-found"] as const,
  ["GET", "/orders;a=b", "not-found"] as const,
  ["GET", "/orders%20", "not-found"] as const,
  ["GET", "/orders%00", "not-found"] as const,
  ["GET", "/orders.json", "not-found"] as const,
  ["GET", "/products%3flimit=1", "not-found"] as const,
  ["GET", `/orders/${"x".repeat(8_000)}`, "not-found"] as const,
  ["GET", "/orders/%ff", "not-found"] as const,
  ["GET", "/orders/ORDER%231", "not-found"] as const,
  ["GET", "/orders/01A1FDF8-A932-7460-B6A4-B3AA026B1F36", "not-found"] as const,
  ["GET", "/orders/01a1fdf8-a932-7460-b6a4-b3aa026b1f36%0a", "not-found"] as const,
  ["PUT", "/products/%2e", "not-found"] as const,
  ["PUT", "/products/%2e%2e", "not-found"] as const,
  ["PUT", "/products/a%2fb", "not-found"] as const,
  ["PUT", "/products/a%20b", "not-found"] as const,
  ["PUT", "/products/%ef%bc%a1", "not-found"] as const,
  ["PUT", `/products/${"x".repeat(65)}`, "not-found"] as const,
  ["GET", "/products/ORDER%231", "not-found"] as const,
  ["GET", "/products/NONE/stock", "not-found"] as const,
  ["GET", "/products/PROD-001/stock?limit=0", "validation"] as const,
  ["GET", "/orders?limit=0", "validation"] as const,
  ["GET", "/orders?limit=101", "validation"] as const,
  ["GET", "/orders?limit=1e1", "validation"] as const,
  ["GET", "/orders?limit=0x1", "validation"] as const,
  ["GET", "/orders?limit=%201", "validation"] as const,
  ["GET", "/orders?limit=%ef%bc%91", "validation"] as const,
  ["GET", "/orders?limit=1&limit=2", "validation"] as const,
  ["GET", "/orders?limit=", "validation"] as const,
  ["GET", "/orders?Limit=1", "validation"] as const,
  ["GET", "/orders?status=completed", "validation"] as const,
  ["GET", "/orders?status[]=COMPLETED", "validation"] as const,
  ["GET", "/orders?customerId=%00", "validation"] as const,
  ["GET", "/orders?customerId=%20", "validation"] as const,
  ["GET", `/orders?customerId=${"x".repeat(129)}`, "validation"] as const,
  ["GET", "/orders?__proto__=1", "validation"] as const,
  ["GET", "/orders?constructor=1", "validation"] as const,
].map(([method, path, problem]): MalformedRequest => {
  const body = method === "PUT" ? { body: '{"name":"x","price":1,"stock":1}' } : {};
  return [`${method} ${path.slice(0, 60)}`, { method, path, ...body }, problem];
});

function withBytes(...bytes: number[]): RawRequest {
  const [before = "", after = ""] = bodyWith("customerName", '"@"').split("@");
  return { body: Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]) };
}

function idAt(line: number): string[] {
  return [`/items/${line}/productId`];
}
