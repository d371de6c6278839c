import * as v from "valibot";
import { ATTENTION_REASONS } from "../attention.ts";
import { CURRENCY } from "../money.ts";
import { shippingAddress } from "./order-request.ts";
import { orderStatus } from "./schemas.ts";

/** Schemas of the API's response bodies, for the OpenAPI document. The functions that build them are in response-bodies.ts. */

const time = v.pipe(v.string(), v.isoTimestamp(), v.description("RFC 3339, UTC"));
const dollars = v.pipe(v.number(), v.description("US dollars, with at most two decimal places"));
const currency = v.pipe(v.picklist([CURRENCY]), v.description("ISO 4217"));
const id = v.pipe(v.string(), v.uuid());
const nextCursor = v.exactOptional(
  v.pipe(v.string(), v.description("Send it as `cursor` for the next page. Absent on the last page.")),
);

/** The response to `POST /orders`. */
export const orderCreated = v.object({
  message: v.string(),
  orderId: id,
  status: orderStatus,
  totalAmount: dollars,
  currency,
  createdAt: time,
});

/**
 * An order as the storefront sees it: without email, phone, address, name and payment method, because all guests share
 * the storefront's key, and order ids end up in links and screenshots.
 */
export const publicOrder = v.object({
  orderId: id,
  status: orderStatus,
  customerId: v.exactOptional(v.string()),
  items: v.array(
    v.object({ productId: v.string(), name: v.string(), quantity: v.pipe(v.number(), v.integer()), price: dollars }),
  ),
  totalAmount: dollars,
  currency,
  createdAt: time,
  updatedAt: time,
  history: v.array(v.object({ status: orderStatus, at: time, reason: v.exactOptional(v.string()) })),
  attention: v.exactOptional(v.pipe(v.object({ since: time }), v.description("Somebody is looking into the order."))),
});

/** An order as the back office sees it. */
export const fullOrder = v.object({
  ...publicOrder.entries,
  customerEmail: v.string(),
  customerName: v.exactOptional(v.string()),
  customerPhone: v.exactOptional(v.string()),
  shippingAddress: v.exactOptional(shippingAddress),
  paymentMethod: v.exactOptional(v.string()),
  cancelRequestedAt: v.exactOptional(time),
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

/** A product of the catalogue. */
export const product = v.object({
  productId: v.string(),
  name: v.string(),
  price: dollars,
  stock: v.pipe(v.number(), v.integer(), v.description("Units available for sale.")),
});

/** The response to `GET /products`. */
export const productList = v.object({ products: v.array(product), nextCursor });

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
export type FullOrder = v.InferOutput<typeof fullOrder>;
export type CancelAccepted = v.InferOutput<typeof cancelAccepted>;
export type OrderList = v.InferOutput<typeof orderList>;
export type Product = v.InferOutput<typeof product>;
export type ProductList = v.InferOutput<typeof productList>;
