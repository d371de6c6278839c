import { expect } from "chai";
import { placeOrder } from "../../../../domain/contract/place-order.ts";
import { validate } from "../../../../domain/contract/violations.ts";
import { fieldsOf, orderBody } from "../../../../web/shop/order-body.ts";

const BASKET = {
  id: "basket-1",
  lines: [
    { productId: "PROD-001", name: "Mouse", quantity: 2 },
    { productId: "PROD-002", name: "Keyboard", quantity: 1 },
  ],
};
const CATALOGUE = new Map([
  ["PROD-001", { productId: "PROD-001", name: "Mouse", price: 29.99, currency: "USD", stock: 3 }],
  ["PROD-002", { productId: "PROD-002", name: "Keyboard", price: 49.99, currency: "USD", stock: 3 }],
]);
const CUSTOMER: [string, string][] = [
  ["/customerEmail", "jo@example.com"],
  ["/customerName", "Jo"],
];
const ADDRESS: [string, string][] = [
  ["/shippingAddress/street", "123 Main St"],
  ["/shippingAddress/city", "New York"],
  ["/shippingAddress/state", "NY"],
  ["/shippingAddress/zipCode", "10001"],
  ["/shippingAddress/country", "US"],
];

describe("The body of an order", () => {
  it("has the form's values, and the prices and the total that the customer saw", () => {
    const body = orderBody(
      [...CUSTOMER, ...ADDRESS].map(([pointer, value]) => [pointer, ` ${value} `]),
      BASKET,
      CATALOGUE,
    );

    expect(body).to.deep.equal({
      customerEmail: "jo@example.com",
      customerName: "Jo",
      shippingAddress: { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "US" },
      items: [
        { productId: "PROD-001", quantity: 2, price: 29.99 },
        { productId: "PROD-002", quantity: 1, price: 49.99 },
      ],
      totalAmount: 109.97,
    });
    expect(validate(placeOrder("USD"), body).ok).to.equal(true);
  });

  it("leaves out blank fields", () => {
    const fields: [string, string][] = [
      ["/customerEmail", "jo@example.com"],
      ["/customerName", "  "],
      ["/customerPhone", ""],
    ];

    const body = orderBody(fields, BASKET, CATALOGUE);

    expect(body).to.have.all.keys("customerEmail", "items", "totalAmount");
  });

  it("lacks each field of a blank address, as validation reports", () => {
    const fields = ADDRESS.map(([pointer, value]): [string, string] => [pointer, value === "US" ? value : ""]);

    const checked = validate(placeOrder("USD"), orderBody([...CUSTOMER, ...fields], BASKET, CATALOGUE));

    const pointers = checked.ok ? [] : checked.violations.map(({ pointer }) => pointer);
    expect(pointers).to.have.members(
      ["street", "city", "state", "zipCode"].map((field) => `/shippingAddress/${field}`),
    );
  });

  it("can be converted back into the form's values", () => {
    const fields: [string, string][] = [
      ["/customerEmail", "jo@example.com"],
      ["/paymentMethod", "pm_card_visa"],
      ...ADDRESS,
    ];

    const read = fieldsOf(orderBody(fields, BASKET, CATALOGUE));

    expect([...read]).to.have.deep.members(fields);
  });
});
