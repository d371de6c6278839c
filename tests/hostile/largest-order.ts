import { fromMinor, MAX_PRICE_MINOR, MAX_TOTAL_MINOR } from "../../domain/money.ts";
import { MAX_LINES } from "../../domain/quantities.ts";

/** The largest order that the contract allows: the most lines, the longest fields, four-byte characters. */

/** No character takes more bytes, not even a quote escaped in JSON within JSON. */
const text = (length: number) => "😀".repeat(length);

export const LARGEST_CATALOGUE = Array.from({ length: MAX_LINES }, (_, index) => ({
  productId: String(index).padStart(64, "0"),
  name: text(200),
  price: fromMinor(MAX_PRICE_MINOR, "USD"),
  stock: 1_000,
}));

export const LARGEST_ORDER = {
  customerEmail: `${"a".repeat(64)}@${`${"b".repeat(60)}.`.repeat(3)}com`,
  customerId: text(128),
  customerName: text(200),
  customerPhone: "+4915123456789",
  items: LARGEST_CATALOGUE.map(({ productId, price }) => ({ productId, quantity: 1_000, price })),
  shippingAddress: { street: text(200), city: text(100), state: text(100), zipCode: text(20), country: "USA" },
  paymentMethod: text(255),
  totalAmount: fromMinor(MAX_TOTAL_MINOR, "USD"),
};

/** The longest headers. */
export const LARGEST_HEADERS = { "Idempotency-Key": "k".repeat(255), "X-Correlation-Id": "c".repeat(128) };
