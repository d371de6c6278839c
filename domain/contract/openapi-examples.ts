import { decimalsOf } from "../money.ts";

/** Examples for the OpenAPI document. They work as they are with the sample catalogue. */

/** A sample price, given in dollars, as the same digits in a currency: 29.99 is 29.99 in KWD and 2999 in JPY. */
export function samplePrice(dollars: number, currency: string): number {
  return decimalsOf(currency) === 0 ? Math.round(dollars * 100) : dollars;
}

/** Bodies of `POST /orders`, with prices in the shop's currency. */
export function exampleOrders(currency: string) {
  const line = { productId: "PROD-001", quantity: 2, price: samplePrice(29.99, currency) };
  const customer = { customerId: "CUST-12345", customerEmail: "customer@example.com" };
  return {
    withAddress: {
      summary: "Two products, sent to an address",
      value: {
        ...customer,
        items: [line, { productId: "PROD-002", quantity: 1, price: samplePrice(49.99, currency) }],
        shippingAddress: { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" },
      },
    },
    withoutAddress: { summary: "One product, no address", value: { ...customer, items: [line] } },
  };
}

/** The response to the first of {@link exampleOrders}. */
export function exampleCreated(currency: string) {
  return {
    message: "Order created successfully",
    orderId: "0199d2a4-7c3e-7b1a-9f52-3c1d8e6a4b20",
    status: "PENDING",
    totalAmount: samplePrice(109.97, currency),
    currency,
    createdAt: "2026-01-15T10:30:00.000Z",
  };
}

/** The first product of the sample catalogue. */
export function exampleProduct(currency: string) {
  return {
    name: "Wireless mouse",
    price: samplePrice(29.99, currency),
    description: "Three buttons, one wheel, two years between batteries.",
    image: "/pictures/mouse.webp",
    stock: 500,
  };
}

/** Bodies of `POST /products/{productId}/stock`. */
export const EXAMPLE_BOOKINGS = {
  delivery: { summary: "Goods came in", value: { delta: 100, reason: "RECEIVED", reference: "delivery-4711" } },
  count: { summary: "The shelf was counted", value: { count: 498, expected: 500, reason: "COUNTED" } },
};

/** Bodies of `POST /orders/{orderId}/refunds`. */
export const EXAMPLE_REFUNDS = {
  items: {
    summary: "One of two came back",
    value: { items: [{ productId: "PROD-001", quantity: 1 }], reason: "Came back unopened" },
  },
  amount: { summary: "A part of the price", value: { amount: 5, reason: "Scratched" } },
};
