import type { ProblemType } from "../../domain/problem.ts";
import { orderBody } from "../support/orders.ts";
import type { RawRequest } from "./raw-http.ts";

/** A request that is refused: what is odd about it, what it is, the problem, and the places that the answer names. */
export type Oddity = [what: string, request: RawRequest, problem: ProblemType, pointers?: string[]];

/** A body that is right but for what is put into it, as it stands, in place of `"@"`. */
function spoilt(field: string, json: string): string {
  return JSON.stringify(orderBody({ [field]: "@" })).replace('"@"', json);
}

const order = JSON.stringify(orderBody());
const withName = (json: string) => ({ body: spoilt("customerName", json) });
const withEmail = (email: string) => ({ body: JSON.stringify(orderBody({ customerEmail: email })) });
const withLine = (json: string) => ({ body: spoilt("items", `[${json}]`) });
const withQuantity = (json: string) => withLine(`{"productId":"PROD-001","quantity":${json}}`);
const withPrice = (json: string) => withLine(`{"productId":"PROD-001","quantity":1,"price":${json}}`);
const lines = (count: number) => spoilt("items", JSON.stringify(Array(count).fill({ productId: "A", quantity: 1 })));
const sentAs = (type: string) => ({ headers: { "Content-Type": type }, body: order });
const nested = (levels: number) => withName(`${"[".repeat(levels)}${"]".repeat(levels)}`);

/** Orders that are none. */
export const BODIES: Oddity[] = [
  ["plain text", sentAs("text/plain"), "unsupported-media-type"],
  ["a form", sentAs("application/x-www-form-urlencoded"), "unsupported-media-type"],
  ["a form with files", sentAs("multipart/form-data; boundary=x"), "unsupported-media-type"],
  ["XML", sentAs("application/xml"), "unsupported-media-type"],
  ["a type of JSON that is not read here", sentAs("application/merge-patch+json"), "unsupported-media-type"],
  ["two types", sentAs("application/json, text/plain"), "unsupported-media-type"],
  ["no type at all", sentAs("?"), "unsupported-media-type"],
  ["nothing", { body: "" }, "bad-request"],
  ["bytes that are no UTF-8", { body: Buffer.concat([Buffer.from(order), Buffer.of(0xff)]) }, "bad-request"],
  ["half a character", withBytes(0xe2, 0x82), "bad-request"],
  ["an overlong slash", withBytes(0xc0, 0xaf), "bad-request"],
  ["a surrogate in UTF-8", withBytes(0xed, 0xa0, 0x80), "bad-request"],
  ["UTF-16", { body: Buffer.from(`\ufeff${order}`, "utf16le").subarray(1) }, "bad-request"],
  ["an order and more", { body: `${order}{}` }, "bad-request"],
  ["a comma too many", { body: order.replace("}", ",}") }, "bad-request"],
  ["single quotes", { body: order.replaceAll('"', "'") }, "bad-request"],
  ["a comment", { body: `/**/${order}` }, "bad-request"],
  ["a list of orders", { body: `[${order}]` }, "bad-request"],
  ["an order in a text", { body: JSON.stringify(order) }, "bad-request"],
  ["a character that texts escape", withName('"\n"'), "bad-request"],
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
  ["a time of its own", { body: spoilt("createdAt", '"2020-02-30T25:61:61Z"') }, "validation", ["/createdAt"]],
  ["a status of its own", { body: spoilt("status", '"COMPLETED"') }, "validation", ["/status"]],
  ["an id of its own", { body: spoilt("orderId", '"x"') }, "validation", ["/orderId"]],
  ["NaN pieces", withQuantity("NaN"), "bad-request"],
  ["Infinity pieces", withQuantity("Infinity"), "bad-request"],
  ["hexadecimal pieces", withQuantity("0x10"), "bad-request"],
  ["octal pieces", withQuantity("010"), "bad-request"],
  ["plus one piece", withQuantity("+1"), "bad-request"],
  ["1e400 pieces", withQuantity("1e400"), "validation", ["/items/0/quantity"]],
  ["-1e400 pieces", withQuantity("-1e400"), "validation", ["/items/0/quantity"]],
  ["1e-400 pieces", withQuantity("1e-400"), "validation", ["/items/0/quantity"]],
  ["minus zero pieces", withQuantity("-0"), "validation", ["/items/0/quantity"]],
  ["one and a half pieces", withQuantity("1.5"), "validation", ["/items/0/quantity"]],
  ["2^53 + 1 pieces", withQuantity("9007199254740993"), "validation", ["/items/0/quantity"]],
  ["a number of 4,000 digits", withQuantity("9".repeat(4_000)), "validation", ["/items/0/quantity"]],
  ["pieces as a text", withQuantity('"1"'), "validation", ["/items/0/quantity"]],
  ["true pieces", withQuantity("true"), "validation", ["/items/0/quantity"]],
  ["a price of 1e400", withPrice("1e400"), "validation", ["/items/0/price"]],
  ["a price of less than a cent", withPrice("29.990000000001"), "validation", ["/items/0/price"]],
  ["a price of minus a cent", withPrice("-0.01"), "validation", ["/items/0/price"]],
  ["a price of minus zero", withPrice("-0"), "order-rejected", ["/items/0/price"]],
  ["a total of 1e400", { body: spoilt("totalAmount", "1e400") }, "validation", ["/totalAmount"]],
  ["51 lines", { body: lines(51) }, "validation", ["/items"]],
  ["2,000 lines", { body: lines(2_000) }, "validation", ["/items", "/items/1000/quantity"]],
  ["5,000 lines", { body: lines(5_000) }, "payload-too-large"],
  ["a megabyte", { body: order.padEnd(1_048_576, " ") }, "payload-too-large"],
  ["64 KiB and a byte", { body: order.padEnd(65_537, " ") }, "payload-too-large"],
  ["a name of 201 letters", withName(`"${"x".repeat(201)}"`), "validation", ["/customerName"]],
  ["a name of 60,000 letters", withName(`"${"x".repeat(60_000)}"`), "validation", ["/customerName"]],
  ["a name of 60,000 blanks", withName(`"${" ".repeat(60_000)}"`), "validation", ["/customerName", "/customerName"]],
  ["a lone surrogate", withName('"\\ud800"'), "validation", ["/customerName"]],
  ["surrogates the wrong way round", withName('"\\udc00\\ud800"'), "validation", ["/customerName"]],
  ["a zero character", withName('"a\\u0000b"'), "validation", ["/customerName"]],
  ["a character that is none", withName('"\\uffff"'), "validation", ["/customerName"]],
  ["a header in the name", withName('"a\\r\\nBcc: eve@example.com"'), "validation", ["/customerName"]],
  ["a header in the address", withEmail("a@example.com\r\nBcc: eve@example.com"), "validation", ["/customerEmail"]],
  ["a line's end after the address", withEmail("a@example.com\n"), "validation", ["/customerEmail"]],
  ["two addresses", withEmail("a@example.com,eve@example.com"), "validation", ["/customerEmail"]],
  ["an address with a name", withEmail("Eve <eve@example.com>"), "validation", ["/customerEmail"]],
  ["an address in quotes", withEmail('"eve"@example.com'), "validation", ["/customerEmail"]],
  ["an address at a number", withEmail("eve@[127.0.0.1]"), "validation", ["/customerEmail"]],
  ["an accent in the address, composed", withEmail("zo\u00eb@example.com"), "validation", ["/customerEmail"]],
  ["an accent in the address, decomposed", withEmail("zoe\u0308@example.com"), "validation", ["/customerEmail"]],
  ["a Cyrillic letter in the address", withEmail("\u0430da@example.com"), "validation", ["/customerEmail"]],
  ["an address of 255 letters", withEmail(`${"a".repeat(243)}@example.com`), "validation", ["/customerEmail"]],
  ["a product with an accent", withLine('{"productId":"PRO\u0301D","quantity":1}'), "validation", idAt(0)],
  ["a product in wide letters", withLine('{"productId":"\uff30\uff32","quantity":1}'), "validation", idAt(0)],
  ["a product that climbs", withLine('{"productId":"../PRODUCTS","quantity":1}'), "validation", idAt(0)],
  ["a product by another's key", withLine('{"productId":"ORDER#1","quantity":1}'), "validation", idAt(0)],
  ["a product in small letters", withLine('{"productId":"prod-001","quantity":1}'), "order-rejected", idAt(0)],
  ["a product called __proto__", withLine('{"productId":"__proto__","quantity":1}'), "order-rejected", idAt(0)],
];

const keyed = (key: string) => ({ headers: { "Idempotency-Key": key }, body: order });

/** Keys that are none. */
export const KEYS: Oddity[] = [
  ["empty", keyed(""), "validation"],
  ["two words", keyed("a b"), "validation"],
  ["of 256 characters", keyed("k".repeat(256)), "validation"],
  ["of 8,000 characters", keyed("k".repeat(8_000)), "validation"],
  ["with an accent in Latin-1", keyed("cl\u00e9"), "validation"],
  ["with an accent in UTF-8", keyed("cl\u00c3\u00a9"), "validation"],
  ["with a byte that no encoding has", keyed("\u00ff\u00fe"), "validation"],
  ["with a tab", keyed("a\tb"), "validation"],
  ["with the byte 0x7f", keyed("a\u007f"), "validation"],
];

/** Paths and queries of the back office that lead nowhere. */
export const TARGETS: Oddity[] = [
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
].map(([method, path, problem]): Oddity => {
  const body = method === "PUT" ? { body: '{"name":"x","price":1,"stock":1}' } : {};
  return [`${method} ${path.slice(0, 60)}`, { method, path, ...body }, problem];
});

function withBytes(...bytes: number[]): RawRequest {
  const [before = "", after = ""] = spoilt("customerName", '"@"').split("@");
  return { body: Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]) };
}

function idAt(line: number): string[] {
  return [`/items/${line}/productId`];
}
