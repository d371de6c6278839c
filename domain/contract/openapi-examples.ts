/** Examples for the OpenAPI document. They work as they are with the sample catalogue. */

const LINE = { productId: "PROD-001", quantity: 2, price: 29.99 };

/** Bodies of `POST /orders`. */
export const EXAMPLE_BODIES = {
  withAddress: {
    summary: "Two products, sent to an address",
    value: {
      customerId: "CUST-12345",
      customerEmail: "customer@example.com",
      items: [LINE, { productId: "PROD-002", quantity: 1, price: 49.99 }],
      shippingAddress: { street: "123 Main St", city: "New York", state: "NY", zipCode: "10001", country: "USA" },
    },
  },
  withoutAddress: {
    summary: "One product, no address",
    value: { customerId: "CUST-12345", customerEmail: "customer@example.com", items: [LINE] },
  },
};

/** The response to the first of {@link EXAMPLE_BODIES}. */
export const EXAMPLE_CREATED = {
  message: "Order created successfully",
  orderId: "0199d2a4-7c3e-7b1a-9f52-3c1d8e6a4b20",
  status: "PENDING",
  totalAmount: 109.97,
  currency: "USD",
  createdAt: "2026-01-15T10:30:00.000Z",
};

/** The first product of the sample catalogue. */
export const EXAMPLE_PRODUCT = {
  name: "Wireless mouse",
  price: 29.99,
  description: "Three buttons, one wheel, two years between batteries.",
  image: "/pictures/mouse.webp",
  stock: 500,
};

/** Bodies of `POST /products/{productId}/stock`. */
export const EXAMPLE_BOOKINGS = {
  delivery: { summary: "Goods came in", value: { delta: 100, reason: "RECEIVED", reference: "delivery-4711" } },
  count: { summary: "The shelf was counted", value: { count: 498, expected: 500, reason: "COUNTED" } },
};
