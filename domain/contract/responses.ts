import * as v from "valibot";
import { ATTENTION_REASONS } from "../attention.ts";
import { DECLINES } from "../payment.ts";
import { REFUND_STATES } from "../payment-event.ts";
import { PAYMENT_STATUSES } from "../payment-status.ts";
import { BOOKING_REASONS } from "../stock.ts";
import { shippingAddress } from "./place-order.ts";
import { orderStatus } from "./schemas.ts";

/** Schemas of the API's response bodies, for the OpenAPI document. The functions that build them are in response-bodies.ts. */

const time = v.pipe(v.string(), v.isoTimestamp(), v.description("RFC 3339, UTC"));
const amount = v.pipe(v.number(), v.description("In `currency`, with at most its decimal places"));
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/), v.description("ISO 4217"));
const id = v.pipe(v.string(), v.uuid());
const nextCursor = v.exactOptional(
  v.pipe(v.string(), v.description("Send it as `cursor` for the next page. Absent on the last page.")),
);

/** The response to `POST /orders`. */
export const orderCreated = v.object({
  message: v.string(),
  orderId: id,
  status: orderStatus,
  totalAmount: amount,
  currency,
  createdAt: time,
  token: v.exactOptional(
    v.pipe(
      v.string(),
      v.description(
        "Opens the order for its customer, for 90 days: send it as `X-Order-Token`, and keep it secret. Only from the storefront.",
      ),
    ),
  ),
});

const payment = v.object({
  status: v.pipe(
    v.picklist(PAYMENT_STATUSES),
    v.description(
      "ACTION_REQUIRED: the customer's bank asks them. PAYMENT_METHOD_REQUIRED: the last one was declined, another may be tried.",
    ),
  ),
  declineReason: v.exactOptional(
    v.pipe(v.picklist(DECLINES), v.description("Why the last payment method was declined.")),
  ),
  triesLeft: v.exactOptional(
    v.pipe(v.number(), v.integer(), v.description("Payment methods that the customer may still try.")),
  ),
  until: v.exactOptional(
    v.pipe(time, v.description("When the order fails if the customer does nothing. RFC 3339, UTC")),
  ),
  clientSecret: v.exactOptional(
    v.pipe(v.string(), v.description("With which the customer's page asks the bank. Only with the order's token.")),
  ),
});

/** A refund. */
export const refund = v.object({
  refundId: v.pipe(v.string(), v.description("Ours, or the provider's if it was made there.")),
  amount,
  status: v.pipe(
    v.picklist(REFUND_STATES),
    v.description("PENDING until the provider has paid. FAILED, even days later, if the customer's bank refuses it."),
  ),
  reason: v.exactOptional(v.string()),
  items: v.exactOptional(v.array(v.object({ productId: v.string(), quantity: v.pipe(v.number(), v.integer()) }))),
  actor: v.exactOptional(v.pipe(v.string(), v.description("Who asked for it."))),
  createdAt: v.exactOptional(time),
});

const refunded = v.pipe(amount, v.description("What the customer got back."));

/** What is known of an order's customer. */
const sentByCustomer = {
  customerEmail: v.string(),
  customerName: v.exactOptional(v.string()),
  customerPhone: v.exactOptional(v.string()),
  smsUpdates: v.exactOptional(v.pipe(v.boolean(), v.description("Whether text messages go there, too."))),
  locale: v.exactOptional(v.pipe(v.string(), v.description("In which the customer is written to: BCP 47."))),
  shippingAddress: v.exactOptional(shippingAddress),
  paymentMethod: v.exactOptional(v.string()),
  cancelRequestedAt: v.exactOptional(time),
};

/**
 * An order as the storefront sees it: email, phone, address, name and payment method only with its token, because all guests
 * share the storefront's key, and order ids end up in links and screenshots.
 */
export const publicOrder = v.object({
  orderId: id,
  status: orderStatus,
  customerId: v.exactOptional(v.string()),
  items: v.array(
    v.object({ productId: v.string(), name: v.string(), quantity: v.pipe(v.number(), v.integer()), price: amount }),
  ),
  totalAmount: amount,
  currency,
  createdAt: time,
  updatedAt: time,
  history: v.array(v.object({ status: orderStatus, at: time, reason: v.exactOptional(v.string()) })),
  ...sentByCustomer,
  customerEmail: v.exactOptional(
    v.pipe(v.string(), v.description("Only with the order's token, as all that the customer sent.")),
  ),
  payment: v.exactOptional(
    v.pipe(
      v.object({
        ...payment.entries,
        charged: v.exactOptional(amount),
        refunded: v.exactOptional(refunded),
        refunds: v.exactOptional(
          v.pipe(v.array(v.omit(refund, ["reason", "actor"])), v.description("The oldest first.")),
        ),
      }),
      v.description("Absent before the payment has begun. All but its status only with the order's token."),
    ),
  ),
  attention: v.exactOptional(v.pipe(v.object({ since: time }), v.description("Somebody is looking into the order."))),
});

const fullPayment = v.pipe(
  v.object({
    ...v.omit(payment, ["clientSecret"]).entries,
    charged: amount,
    refunded,
    refundable: v.pipe(amount, v.description("What can still be refunded.")),
    disputed: v.pipe(amount, v.description("What the customer's bank has taken back.")),
    refunds: v.pipe(v.array(refund), v.description("The oldest first.")),
  }),
  v.description("What was charged, and what became of it. Absent before the payment has begun, and in lists."),
);

/** An order as the back office sees it. */
export const fullOrder = v.object({
  ...publicOrder.entries,
  ...sentByCustomer,
  payment: v.exactOptional(fullPayment),
  attention: v.exactOptional(
    v.pipe(
      v.object({ since: time, reason: v.picklist(ATTENTION_REASONS) }),
      v.description("Nothing works on the order until a person has settled the reason and resumed it."),
    ),
  ),
});

/** The response to `POST /orders/{orderId}/cancel`. */
export const cancelAccepted = v.object({
  message: v.string(),
  orderId: id,
  status: orderStatus,
  cancelRequestedAt: v.exactOptional(time),
});

/** The response to `GET /orders`. */
export const orderList = v.object({
  orders: v.array(fullOrder),
  count: v.pipe(v.number(), v.integer(), v.description("Number of orders on this page.")),
  filter: v.object({ status: v.exactOptional(orderStatus), customerId: v.exactOptional(v.string()) }),
  nextCursor,
});

const units = v.pipe(v.number(), v.integer());

/** A product of the catalogue as customers see it. */
export const publicProduct = v.object({
  productId: v.string(),
  name: v.string(),
  price: amount,
  currency,
  description: v.exactOptional(v.string()),
  image: v.exactOptional(v.pipe(v.string(), v.description("A URL, or a path of the website."))),
  stock: v.pipe(units, v.description("Units available for sale.")),
});

/** A product as the back office sees it. */
export const fullProduct = v.object({
  ...publicProduct.entries,
  active: v.pipe(v.boolean(), v.description("Whether customers see the product and can order it.")),
  onHand: v.exactOptional(
    v.pipe(
      units,
      v.description(
        "Units on the shelf, reserved ones included. Absent, as `reserved` is, for a product of version 0.1 until `orders stock check --fix` has counted its reservations.",
      ),
    ),
  ),
  reserved: v.exactOptional(v.pipe(units, v.description("Units for orders that are not shipped yet."))),
});

/** The storefront's response to `GET /products`. */
export const publicProductList = v.object({ products: v.array(publicProduct), nextCursor });

/** The back office's response to `GET /products`. */
export const fullProductList = v.object({ products: v.array(fullProduct), nextCursor });

/** A booking of a product's stock. */
export const booking = v.object({
  bookingId: id,
  productId: v.string(),
  delta: v.pipe(units, v.description("Units that came, or went if negative.")),
  onHand: v.pipe(
    units,
    v.description("Units on hand after it. Negative if more was shipped than was known to be there."),
  ),
  reason: v.picklist(BOOKING_REASONS),
  reference: v.exactOptional(v.string()),
  note: v.exactOptional(v.string()),
  actor: v.pipe(v.string(), v.description("Who booked it.")),
  at: time,
});

/** The response to `POST /products/{productId}/stock`. */
export const booked = v.object({
  ...booking.entries,
  shortOrders: v.exactOptional(
    v.pipe(
      units,
      v.description("Orders that can't be shipped now, with the attention `SHORT`. Absent if there are none."),
    ),
  ),
});

/** The response to `GET /products/{productId}/stock`. */
export const bookingList = v.object({ bookings: v.array(booking), nextCursor });

/** The response to `GET /health`. */
export const health = v.object({ status: v.picklist(["ok"]) });

/** The body of every error response (RFC 9457). */
export const problem = v.object({
  type: v.pipe(v.string(), v.description("Identifies the problem; never changes.")),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.pipe(v.string(), v.description("What went wrong this time, and what to do about it.")),
  errors: v.exactOptional(
    v.array(
      v.object({
        pointer: v.pipe(
          v.string(),
          v.description("JSON pointer (RFC 6901) into the body, or into the query as an object."),
        ),
        detail: v.string(),
      }),
    ),
  ),
});

/** Bodies that match the schemas. */
export type OrderCreated = v.InferOutput<typeof orderCreated>;
export type PublicOrder = v.InferOutput<typeof publicOrder>;
export type Payment = NonNullable<PublicOrder["payment"]>;
export type FullOrder = v.InferOutput<typeof fullOrder>;
export type CancelAccepted = v.InferOutput<typeof cancelAccepted>;
export type ShownRefund = v.InferOutput<typeof refund>;
export type FullPayment = v.InferOutput<typeof fullPayment>;
export type OrderList = v.InferOutput<typeof orderList>;
export type Product = v.InferOutput<typeof publicProduct>;
export type FullProduct = v.InferOutput<typeof fullProduct>;
export type ProductList = v.InferOutput<typeof publicProductList>;
export type FullProductList = v.InferOutput<typeof fullProductList>;
export type Booked = v.InferOutput<typeof booked>;
export type BookingList = v.InferOutput<typeof bookingList>;
