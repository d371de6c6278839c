import type { Basket, BasketLine } from "./basket.ts";
import { newId } from "./new-id.ts";
import { stored } from "./stored.ts";

const NAME = "basket";

/** The customer's basket, shared by all tabs. */
export class BasketStore {
  readonly #stored = stored<Basket>(() => localStorage, NAME, isBasket);
  readonly #onChange: () => void;

  /** @param onChange - Called when the basket changes, here or in another tab. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    // Fired if another tab changed it, or, without a key, if the storage was cleared.
    addEventListener("storage", ({ key }) => {
      if (key === NAME || key === null) this.#onChange();
    });
  }

  get basket(): Basket {
    return this.#stored.get() ?? this.startNew();
  }

  set basket(basket: Basket) {
    this.#stored.set(basket);
    this.#onChange();
  }

  /** Starts a new basket with a new id, by default an empty one. Doesn't call `onChange`: the page is about to change. */
  startNew(lines: Basket["lines"] = []): Basket {
    const basket = { id: newId(), lines };
    this.#stored.set(basket);
    return basket;
  }
}

/** An ordered basket. It is kept here, as a file of its own would be one more request of each page. */
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

/** What was typed at the checkout in this tab, by the fields' names, until its order is paid. */
export const typedDetails = stored<Record<string, string>>(
  () => sessionStorage,
  "details",
  (value) => typeof value === "object" && value !== null,
);

/** The id of an order that an earlier attempt had already placed, which the order's page mentions once. */
export const earlierAttempt = stored<string>(
  () => sessionStorage,
  "earlier-try",
  (value) => typeof value === "string",
);

function isBasket(value: Partial<Basket> | null): boolean {
  return typeof value?.id === "string" && Array.isArray(value.lines) && value.lines.every(isLine);
}

function isLine(value: Partial<BasketLine> | null): boolean {
  const { productId, name, quantity } = value ?? {};
  return typeof productId === "string" && typeof name === "string" && Number.isInteger(quantity);
}
