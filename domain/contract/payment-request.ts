import * as v from "valibot";
import { closedObject, text } from "./field-rules.ts";

/** Schemas of how customers pay. */

/** A payment method. */
export const paymentMethod = v.pipe(
  text(255),
  v.description(
    "The payment provider's id of the payment method, or of a ConfirmationToken; or a test value of the simulated provider.",
  ),
);

/** The body of `POST /orders/{orderId}/payment`. */
export const payOrder = closedObject({ paymentMethod: v.exactOptional(paymentMethod) });

/** A valid body of `POST /orders/{orderId}/payment`. */
export type PayOrder = v.InferOutput<typeof payOrder>;
