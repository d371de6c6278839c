import { stored } from "./stored.ts";

/** An ordered basket. */
interface PlacedBasket {
  /** The basket's id, and the order's Idempotency-Key. */
  key: string;
  orderId: string;
}

export const LATEST_ORDER = "latest-order";

/** The latest order from this browser, for other tabs with the same basket. */
export const latestOrder = stored<PlacedBasket>(
  () => localStorage,
  LATEST_ORDER,
  (value) => typeof value?.key === "string" && typeof value.orderId === "string",
);

/** The id of an order that an earlier attempt had already placed, which the order's page mentions once. */
export const earlierAttempt = stored<string>(
  () => sessionStorage,
  "earlier-try",
  (value) => typeof value === "string",
);
