import { expect } from "chai";
import { getCountries, getExampleNumber } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { describe, it } from "mocha";
import { placeOrder } from "../../../../domain/contract/place-order.ts";
import { validate } from "../../../../domain/contract/violations.ts";
import { checkOrder } from "../../../../web/shop/check-order.ts";

const ORDER = { customerEmail: "jo@example.com", items: [{ productId: "PROD-001", quantity: 1 }] };

/** What the API says of a body. */
const api = (body: object) => validate(placeOrder("USD"), body);

describe("The page's check of an order", () => {
  it("agrees with the API about the phone numbers of every country, and about none", async () => {
    const numbers = getCountries().map((country) => getExampleNumber(country, examples)?.formatInternational() ?? "");
    const wrong = numbers.map((number) => number.slice(0, 6));

    for (const customerPhone of [...numbers, ...wrong]) {
      const body = { ...ORDER, customerPhone };

      expect(await checkOrder(body, "USD"), customerPhone).to.deep.equal(api(body));
    }
    expect(await checkOrder(ORDER, "USD")).to.deep.equal(api(ORDER));
  });

  it("agrees with the API about email addresses", async () => {
    for (const customerEmail of ["jo@example.com", "john..doe@example.com", "jo.@example.com", "jo@example", ""]) {
      const body = { ...ORDER, customerEmail };

      expect(await checkOrder(body, "USD"), customerEmail).to.deep.equal(api(body));
    }
  });

  it("takes a phone number without a country code for one of the address's country", async () => {
    const shippingAddress = { street: "Unter den Linden 1", zipCode: "10117", city: "Berlin", country: "DE" };

    const checked = await checkOrder(
      { ...ORDER, customerName: "Jo", customerPhone: "030 1234567", shippingAddress },
      "USD",
    );

    expect(checked.ok && checked.value.customerPhone).to.equal("+49301234567");
  });
});
