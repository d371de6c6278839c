import { expect } from "chai";
import { describe, it } from "mocha";
import { addressFields, COUNTRIES } from "../../../domain/addresses.ts";
import { placeOrder } from "../../../domain/contract/place-order.ts";
import { validate } from "../../../domain/contract/violations.ts";
import { ALPHA_2 } from "../../../domain/countries.ts";

const ORDER = { customerEmail: "jo@example.com", customerName: "Jo", items: [{ productId: "PROD-001", quantity: 1 }] };

/** The violations of an order to an address. */
function violations(shippingAddress: object, order: object = ORDER) {
  const result = validate(placeOrder("USD"), { ...order, shippingAddress });
  return result.ok ? [] : result.violations;
}

/** The address with a value for each of a country's required fields, and nothing else. */
function shortestAddress(country: string): Record<string, string> {
  const required = addressFields(ALPHA_2.get(country) ?? "").filter(({ isRequired }) => isRequired);
  return { ...Object.fromEntries(required.map(({ field }) => [field, "x"])), country };
}

describe("An address", () => {
  it("orders in every country with exactly what the country needs", () => {
    expect(COUNTRIES).to.have.lengthOf(252);
    for (const code of ALPHA_2.keys()) expect(violations(shortestAddress(code)), code).to.deep.equal([]);
  });

  it("is refused in every country without any one field that the country needs, with the field's pointer", () => {
    for (const code of ALPHA_2.keys()) {
      const complete = shortestAddress(code);
      for (const missing of Object.keys(complete)) {
        const { [missing]: _, ...address } = complete;

        const pointers = violations(address).map(({ pointer }) => pointer);

        expect(pointers, `${code} without ${missing}`).to.deep.equal([`/shippingAddress/${missing}`]);
      }
    }
  });

  it("may have the fields that its country doesn't need", () => {
    const full = { street: "x", district: "x", city: "x", state: "x", zipCode: "x" };

    for (const country of ALPHA_2.keys()) expect(violations({ ...full, country }), country).to.deep.equal([]);
  });

  it("says which country needs what is missing", () => {
    const address = { street: "1 Raffles Place", city: "Singapore", country: "SG" };

    expect(violations(address)).to.deep.equal([
      { pointer: "/shippingAddress/zipCode", detail: "This field is required for addresses in SG." },
    ]);
  });

  it("has a recipient: the order's customer, by name or by id", () => {
    const { customerName, ...nameless } = ORDER;
    const address = shortestAddress("IE");

    expect(violations(address, nameless)).to.deep.equal([
      { pointer: "/customerName", detail: "This field is required for a shipping address." },
    ]);
    expect(violations(address, { ...nameless, customerName })).to.deep.equal([]);
    expect(violations(address, { ...nameless, customerId: "CUST-12345" })).to.deep.equal([]);
    expect(validate(placeOrder("USD"), nameless).ok).to.equal(true);
  });

  it("names each violation, however many there are", () => {
    const { customerName: _, ...nameless } = ORDER;

    const pointers = violations({ city: "", country: "US" }, nameless).map(({ pointer }) => pointer);

    expect(pointers).to.have.members([
      "/shippingAddress/street",
      "/shippingAddress/city",
      "/shippingAddress/state",
      "/shippingAddress/zipCode",
      "/customerName",
    ]);
  });
});

describe("The fields of an address", () => {
  const cases: [country: string, fields: string[]][] = [
    ["US", ["street", "city", "state (state)", "zipCode (zip)"]],
    ["IE", ["street", "district? (townland)", "city", "state? (county)", "zipCode? (eircode)"]],
    ["DE", ["street", "zipCode", "city"]],
    ["JP", ["zipCode", "state (prefecture)", "street"]],
    ["HU", ["city", "street", "zipCode"]],
    ["SG", ["street", "zipCode"]],
    ["XX", []],
  ];
  for (const [country, expected] of cases) {
    it(`have the order and the names of ${country}`, () => {
      const fields = addressFields(country).map(
        ({ field, localName, isRequired }) => field + (isRequired ? "" : "?") + (localName ? ` (${localName})` : ""),
      );

      expect(fields).to.deep.equal(expected);
    });
  }
});
