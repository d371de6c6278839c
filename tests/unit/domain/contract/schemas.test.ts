import { Ajv } from "ajv";
import { expect } from "chai";
import fc from "fast-check";
import { openApiDocument } from "../../../../domain/contract/openapi.ts";
import { exampleOrders, exampleProduct } from "../../../../domain/contract/openapi-examples.ts";
import type { PlaceOrder } from "../../../../domain/contract/order-request.ts";
import { placeOrder } from "../../../../domain/contract/place-order.ts";
import { orderQuery, pageQuery, putProduct } from "../../../../domain/contract/schemas.ts";
import { TEXT_PATTERN } from "../../../../domain/contract/text-pattern.ts";
import { validate } from "../../../../domain/contract/violations.ts";
import { order } from "../../../support/arbitraries.ts";

interface Schema {
  properties: Record<string, { enum?: string[]; pattern?: string }>;
}

const LINE = { productId: "PROD-001", quantity: 1 };
const ADDRESS = { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" };
const INVISIBLE_BEYOND_FFFF = /(?=[\u{10000}-\u{10ffff}])\p{Default_Ignorable_Code_Point}/u;
const ORDER = { customerEmail: "jo@example.com", customerName: "Jo", items: [LINE] };

/** The pointers of all violations; none for valid input. */
function pointers(input: unknown, schema: Parameters<typeof validate>[0] = placeOrder("USD")): string[] {
  const result = validate(schema, input);
  return result.ok ? [] : result.violations.map(({ pointer }) => pointer);
}

describe("The body of POST /orders", () => {
  for (const { summary, value } of Object.values(exampleOrders("USD"))) {
    it(`can be the contract's example: ${summary}`, () => {
      expect(validate(placeOrder("USD"), value)).to.deep.equal({ ok: true, value });
    });
  }

  it("is accepted unchanged if it is valid", () => {
    fc.assert(
      fc.property(order, (body) => {
        expect(validate(placeOrder("USD"), body)).to.deep.equal({ ok: true, value: body });
      }),
    );
  });

  it("gets all violations at once, each with a JSON pointer", () => {
    const body = {
      customerEmail: "jo",
      customerPhone: "555-0123",
      items: [{ productId: "PROD-001", quantity: 0 }, { quantity: 1.5, price: 1.999 }, null],
      shippingAddress: { ...ADDRESS, country: "UK", zipCode: "" },
      totalAmount: -1,
      "x/y~z": 1,
      other: 2,
    };

    expect(pointers(body)).to.have.members([
      "/customerEmail",
      "/customerName",
      "/customerPhone",
      "/items/0/quantity",
      "/items/1/productId",
      "/items/1/quantity",
      "/items/1/price",
      "/items/2",
      "/shippingAddress/country",
      "/shippingAddress/zipCode",
      "/totalAmount",
      "/x~1y~0z",
      "/other",
    ]);
  });

  it("gets violations in sentences", () => {
    const result = validate(placeOrder("USD"), { items: [{ ...LINE, quantity: 1001 }], note: "hi", customerEmail: 5 });

    expect(!result.ok && result.violations).to.deep.equal([
      { pointer: "/customerEmail", detail: "The value must be a string, but is 5." },
      { pointer: "/items/0/quantity", detail: "The value must be a whole number from 1 to 1000, but is 1001." },
      { pointer: "/note", detail: "This field is unknown. Remove it." },
    ]);
  });

  it("gets violations without invisible characters, which would turn the sentence around", () => {
    const result = validate(placeOrder("USD"), { ...ORDER, customerName: "Jo\u202egpj" });

    expect(!result.ok && result.violations[0]?.detail).to.match(/^[ -~]* but is "Jo\\u202egpj"\.$/);
  });

  it("gets the phone number in E.164", () => {
    const result = validate(placeOrder("USD"), { ...ORDER, customerPhone: "\u202a+49 (0) 30 1234567\u202c" });

    expect(result.ok && result.value.customerPhone).to.equal("+49301234567");
  });

  it("gets the pointer of any invalid part", () => {
    const full = { ...ORDER, ...exampleOrders("USD").withAddress.value, totalAmount: 109.97 };
    const paths = leaves(full);
    const invalid = fc.constantFrom(null, true, [], {}, "", "\u0000", "\ud800", -1, 1e300, 0.001, "x".repeat(300));

    fc.assert(
      fc.property(fc.constantFrom(...paths), invalid, (keys, value) => {
        const body = structuredClone(full);
        put(body, keys, value);

        // A value can break several rules at once.
        expect([...new Set(pointers(body))]).to.deep.equal([`/${keys.join("/")}`]);
      }),
    );
  });

  it("has 1 to 50 lines, even if some of them are invalid", () => {
    expect(pointers({ ...ORDER, items: [] })).to.deep.equal(["/items"]);
    expect(pointers({ ...ORDER, items: new Array(50).fill(LINE) })).to.deep.equal([]);
    expect(pointers({ ...ORDER, items: new Array(51).fill(LINE) })).to.deep.equal(["/items"]);
    expect(pointers({ ...ORDER, items: [...new Array(50).fill(LINE), 5] })).to.have.members(["/items", "/items/50"]);
  });

  it("has at most 1000 units of a product, over all of its lines", () => {
    const lines = (...quantities: number[]) => quantities.map((quantity) => ({ ...LINE, quantity }));

    expect(pointers({ ...ORDER, items: lines(999, 1) })).to.deep.equal([]);
    expect(pointers({ ...ORDER, items: lines(999, 1, 1, 1) })).to.deep.equal(["/items/2/quantity"]);
    expect(pointers({ ...ORDER, items: [...lines(1000), { productId: "PROD-002", quantity: 1000 }] })).to.be.empty;
  });

  const cases: [field: keyof PlaceOrder, valid: unknown[], invalid: unknown[]][] = [
    [
      "customerEmail",
      ["jo@example.com", "j.o'brien+x@mail.example.co.uk", `${"a".repeat(64)}@${"b".repeat(60)}.com`, "jo@x.xn--p1ai"],
      [
        "",
        "jo",
        "jo@",
        "jo@example",
        "jo@example..com",
        "a b@example.com",
        "jo@exa\nmple.com",
        `${"a".repeat(250)}@b.com`,
        `${"a".repeat(65)}@example.com`,
        "john..doe@example.com",
        ".jo@example.com",
        "jo.@example.com",
        "jo@127.0.0.1",
        "jo\u200b@example.com",
      ],
    ],
    [
      "customerPhone",
      ["+14155550123", "+1 (415) 555-0123", "+49 (0) 30 1234567"],
      ["14155550123", "+0123456", "+1 415 555", "+1234567890123456", `+49${"-".repeat(300)}301234567`],
    ],
    [
      "customerId",
      ["CUST-12345", "客户", "x".repeat(128)],
      ["\uffff", "", "  ", "a\tb", "x".repeat(129), 12345, "\u200b\u2060", "\u3164", "\u{e0041}"],
    ],
    [
      "customerName",
      ["😀".repeat(200), "Jo", "Zoë O’Neill-السيد", "👩‍🚀", "\u200fמשה"],
      ["😀".repeat(201), "\u0085", "a\u0000", "\udc00", "Jo\u202egpj.exe", "\u2067Jo\u2069"],
    ],
    ["totalAmount", [0, 0.01, 109.97, -0], [0.001, "1", 1e15, Number.NaN, Number.POSITIVE_INFINITY]],
    ["shippingAddress", [ADDRESS, { ...ADDRESS, country: "US" }], [[], "here", { ...ADDRESS, planet: "Earth" }]],
  ];
  for (const [field, valid, invalid] of cases) {
    it(`accepts only a valid ${field}`, () => {
      for (const value of valid) expect(pointers({ ...ORDER, [field]: value }), String(value)).to.deep.equal([]);
      for (const value of invalid) expect(pointers({ ...ORDER, [field]: value }), String(value)).not.to.be.empty;
    });
  }

  it("accepts ISO 3166-1 country codes with two or three letters, in upper case only", () => {
    const country = (code: string) => pointers({ ...ORDER, shippingAddress: { ...ADDRESS, country: code } });

    for (const code of ["US", "USA", "DE", "DEU", "TW", "TWN"]) expect(country(code), code).to.deep.equal([]);
    for (const code of ["us", "XX", "EUR", "toString", "__proto__"]) expect(country(code), code).not.to.be.empty;
  });

  it("can't pollute prototypes", () => {
    const body = JSON.parse('{"__proto__": {"customerEmail": "a@example.com"}, "constructor": {}, "items": []}');

    expect(pointers(body)).to.have.members(["/customerEmail", "/items", "/__proto__", "/constructor"]);
    expect(({} as Record<string, unknown>).customerEmail).to.equal(undefined);
  });

  it("accepts the texts that match the contract's pattern, except for what it says that it doesn't cover", () => {
    const pattern = new RegExp(TEXT_PATTERN);
    const odd = fc.constantFrom(
      " ",
      "\u00a0",
      "\ufeff",
      "\u2028",
      "\u200b",
      "\u202e",
      "\u2800",
      "\u3164",
      "\u0085",
      "\u0000",
      "\n",
      "\uffff",
      "\ufdd0",
      "é",
      "😀",
    );
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: odd }));

    fc.assert(
      fc.property(texts, (customerName) => {
        fc.pre([...customerName].length <= 200 && !INVISIBLE_BEYOND_FFFF.test(customerName));
        expect(pointers({ ...ORDER, customerName }).length === 0).to.equal(pattern.test(customerName));
      }),
    );
  });

  it("has the accepted countries and text pattern in the contract", () => {
    const { properties } = openApiDocument("storefront").components.schemas.ShippingAddress as Schema;

    expect(properties.country?.enum).to.include.members(["US", "USA"]).and.not.include("XX");
    expect(properties.city?.pattern).to.equal(TEXT_PATTERN);
  });

  it("can have any amount in whole cents, even for clients that validate it with doubles", () => {
    const { totalAmount = {} } = (openApiDocument("storefront").components.schemas.PlaceOrder as Schema).properties;
    const isValid = new Ajv().compile(totalAmount);

    const refused = Array.from({ length: 10_000 }, (_, cents) => cents / 100).filter((amount) => !isValid(amount));

    expect(refused).to.deep.equal([]);
    expect(pointers({ ...ORDER, totalAmount: 19.99 })).to.deep.equal([]);
    expect(isValid(-0.01)).to.equal(false);
  });

  for (const [currency, valid, invalid, rule] of [
    ["JPY", [0, 1, 4_999_999_950_000], [0.5, 29.99, -1], "no decimal places"],
    ["USD", [0.01, 29.99], [0.001, 29.999], "at most two decimal places"],
    ["KWD", [0.001, 29.999], [0.0001, 29.9999], "at most three decimal places"],
  ] as const) {
    it(`has amounts in ${currency} with ${rule}`, () => {
      const details = (totalAmount: number) => {
        const result = validate(placeOrder(currency), { ...ORDER, totalAmount });
        return result.ok ? [] : result.violations.map(({ detail }) => detail);
      };

      for (const amount of valid) expect(details(amount), String(amount)).to.deep.equal([]);
      for (const amount of invalid.filter((each) => each > 0))
        expect(details(amount)).to.deep.equal([`The value must have ${rule}, but is ${amount}.`]);
      for (const amount of invalid) expect(details(amount), String(amount)).not.to.be.empty;
    });

    it(`can be the contract's example in ${currency}, whose description says so`, () => {
      const { schemas } = openApiDocument("backoffice", currency).components;
      const price = (schemas.PutProduct as { properties: { price: { description: string; minimum: number } } })
        .properties.price;

      for (const { value } of Object.values(exampleOrders(currency)))
        expect(validate(placeOrder(currency), value)).to.deep.equal({ ok: true, value });
      expect(pointers(exampleProduct(currency), putProduct(currency))).to.deep.equal([]);
      expect(price.description).to.equal(`In ${currency}, must have ${rule}`);
      expect(pointers({ ...exampleProduct(currency), price: price.minimum }, putProduct(currency))).to.deep.equal([]);
      expect(pointers({ ...exampleProduct(currency), price: 0 }, putProduct(currency))).to.deep.equal(["/price"]);
    });
  }

  it("never makes the validation throw, whatever the JSON", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void validate(placeOrder("USD"), value)));
  });
});

describe("The body of PUT /products/{productId}", () => {
  it("has a name, a price, and optionally a stock", () => {
    const { stock, ...priced } = exampleProduct("USD");

    expect(pointers({ ...priced, stock }, putProduct("USD"))).to.deep.equal([]);
    expect(pointers(priced, putProduct("USD"))).to.deep.equal([]);
    expect(pointers({}, putProduct("USD"))).to.deep.equal(["/name", "/price"]);
    expect(pointers({ ...priced, stock: null }, putProduct("USD"))).to.deep.equal(["/stock"]);
    expect(pointers({ name: " ", price: 0, stock: -1 }, putProduct("USD"))).to.deep.equal([
      "/name",
      "/price",
      "/stock",
    ]);
  });
});

describe("The query of a listing", () => {
  it("has a default limit of 50", () => {
    expect(validate(orderQuery, {})).to.deep.equal({ ok: true, value: { limit: 50 } });
    expect(validate(pageQuery, { limit: "100" })).to.deep.equal({ ok: true, value: { limit: 100 } });
  });

  it("gets all violations at once", () => {
    const query = { limit: "101", status: "LOST", customerId: "", page: "2" };

    expect(pointers(query, orderQuery)).to.deep.equal(["/status", "/customerId", "/limit", "/page"]);
  });

  it("accepts only whole numbers from 1 to 100 as limit", () => {
    const limits = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));

    fc.assert(
      fc.property(limits, (limit) => {
        const isValid = /^0*(?:[1-9]\d?|100)$/.test(limit) && limit.length <= 9;
        expect(validate(orderQuery, { limit }).ok).to.equal(isValid);
      }),
    );
  });
});

/** The paths of all primitive values. */
function leaves(value: object): string[][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" ? leaves(inner).map((keys) => [key, ...keys]) : [[key]],
  );
}

function put(target: object, keys: string[], value: unknown): void {
  const [first = "", ...rest] = keys;
  if (rest.length === 0) Object.assign(target, { [first]: value });
  else put((target as Record<string, object>)[first] ?? {}, rest, value);
}
