import * as v from "valibot";
import { ORDER_STATUSES } from "../lifecycle.ts";
import { MAX_PRICE } from "../money.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "../quantities.ts";
import { closedObject, money, text, wholeNumber } from "./field-rules.ts";

/** Schemas of all requests but the one for an order, which is in order-request.ts. */

/** An order's status. */
export const orderStatus = v.picklist(ORDER_STATUSES);

/** The body of `PUT /products/{productId}`. */
export const putProduct = closedObject({
  name: text(200),
  price: money(0.01, MAX_PRICE),
  stock: v.exactOptional(
    v.pipe(
      wholeNumber(0, 1_000_000_000),
      v.description("Units available for sale. If omitted, the stock stays unchanged. Required for a new product."),
    ),
  ),
});

/** The body of `PUT /orders/{orderId}`. Only the workflow sets the other statuses. */
export const updateOrderStatus = closedObject({ status: v.picklist(["SHIPPED", "DELIVERED"]) });

const limitRule = `must be a whole number from 1 to ${MAX_LIMIT}`;
const limit = v.pipe(
  v.string(),
  v.regex(/^\d{1,9}$/, limitRule),
  v.transform(Number),
  v.minValue(1, limitRule),
  v.maxValue(MAX_LIMIT, limitRule),
);
const cursor = v.pipe(v.string(), v.maxLength(1_000, "must have at most 1000 characters"));

/** The query of `GET /orders`; all input values are strings. */
export const orderQuery = closedObject({
  status: v.exactOptional(orderStatus),
  customerId: v.exactOptional(text(128)),
  limit: v.exactOptional(limit, `${DEFAULT_LIMIT}`),
  cursor: v.exactOptional(cursor),
});

/** The query of `GET /products`; all input values are strings. */
export const productQuery = closedObject({
  limit: v.exactOptional(limit, `${DEFAULT_LIMIT}`),
  cursor: v.exactOptional(cursor),
});

/** A valid body of `PUT /products/{productId}`. */
export type PutProduct = v.InferOutput<typeof putProduct>;
/** A valid body of `PUT /orders/{orderId}`. */
export type UpdateOrderStatus = v.InferOutput<typeof updateOrderStatus>;
