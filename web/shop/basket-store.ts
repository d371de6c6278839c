import type { Basket, BasketLine } from "./basket.ts";
import { stored } from "./stored.ts";

const NAME = "basket";

/** The customer's basket, the same in all tabs. */
export class BasketStore {
  readonly #stored = stored<Basket>(() => localStorage, NAME, isBasket);
  readonly #onChange: () => void;

  /** @param onChange - Called whenever the basket changes, here or in another tab. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    // Another tab changed it, or everything that is stored was deleted, which has no key.
    addEventListener("storage", ({ key }) => {
      if (key === NAME || key === null) this.#onChange();
    });
  }

  /** The basket as it is now. */
  get basket(): Basket {
    return this.#stored.get() ?? this.renew();
  }

  set basket(basket: Basket) {
    this.#stored.set(basket);
    this.#onChange();
  }

  /** Makes the basket another order: an empty one, unless lines are given. Nobody is told: the page is about to change. */
  renew(lines: Basket["lines"] = []): Basket {
    const basket = { id: newId(), lines };
    this.#stored.set(basket);
    return basket;
  }
}

function isBasket(value: Partial<Basket> | null): boolean {
  return typeof value?.id === "string" && Array.isArray(value.lines) && value.lines.every(isLine);
}

function isLine(value: Partial<BasketLine> | null): boolean {
  const { productId, name, quantity } = value ?? {};
  return typeof productId === "string" && typeof name === "string" && Number.isInteger(quantity);
}

/** 128 random bits. `crypto.randomUUID` is there for pages from HTTPS only. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
