import { stored } from "./stored.ts";

/** The order that a basket became. */
interface PlacedBasket {
  /** The basket's id, which was the order's Idempotency-Key. */
  key: string;
  orderId: string;
}

/** The latest order from this browser, for tabs that had the same basket. */
export const LATEST_ORDER = "latest-order";
export const latestOrder = stored<PlacedBasket>(
  () => localStorage,
  LATEST_ORDER,
  (value) => typeof value?.key === "string" && typeof value.orderId === "string",
);

/** The id of an order that was placed by an earlier try than the latest, for the order's page to say so once. */
export const earlierTry = stored<string>(
  () => sessionStorage,
  "earlier-try",
  (value) => typeof value === "string",
);
