import fc from "fast-check";
import type { PlaceOrder } from "../../domain/contract/order-request.ts";
import { fromMinor } from "../../domain/money.ts";
import { MAX_LINES } from "../../domain/quantities.ts";

/** Valid inputs for property tests. */

/** An amount in cents. */
export const cents = fc.integer({ min: 0, max: 99_999_999 });

const text = fc.stringMatching(/^[A-Za-zÀ-ž][A-Za-zÀ-ž0-9 ,.'-]{0,30}$/);
const PRODUCT_IDS = ["PROD-001", "PROD-002", "PROD-003", "a", "~"];
const productId = fc.constantFrom(...PRODUCT_IDS);

/** Order lines without prices. There are only a few products, so that some appear in several lines. */
export const lines = fc.array(
  fc.record({ productId, quantity: fc.integer({ min: 1, max: 20 }) }, { noNullPrototype: true }),
  { minLength: 1, maxLength: MAX_LINES },
);

/** A valid body of `POST /orders`. */
export const order: fc.Arbitrary<PlaceOrder> = fc
  .record(
    {
      customerEmail: fc.constantFrom("jo@example.com", "o'brien+list@mail.example.org"),
      items: lines,
      customerId: text,
      customerName: text,
      customerPhone: fc.constantFrom("+14155550123", "+491701234567", "+353850123456"),
      shippingAddress: fc.oneof(
        fc.record(
          {
            street: text,
            city: text,
            state: text,
            zipCode: fc.stringMatching(/^[0-9]{5}$/),
            country: fc.constantFrom("US", "USA", "DE", "DEU", "GB"),
          },
          { noNullPrototype: true },
        ),
        fc.record({ street: text, city: text, country: fc.constantFrom("IE", "IRL") }, { noNullPrototype: true }),
      ),
      paymentMethod: fc.constantFrom("pm_card_visa", "declined"),
      totalAmount: cents.map((minor) => fromMinor(minor, "USD")),
    },
    { requiredKeys: ["customerEmail", "items"], noNullPrototype: true },
  )
  .filter(({ shippingAddress, customerName, customerId }) => !shippingAddress || Boolean(customerName ?? customerId));

/** A catalogue with all products of {@link lines}. */
export const catalogue = fc
  .tuple(...PRODUCT_IDS.map(() => cents))
  .map((prices) => new Map(PRODUCT_IDS.map((id, index) => [id, { name: id, priceMinor: prices[index] ?? 0 }])));
