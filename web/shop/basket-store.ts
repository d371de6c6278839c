import type { Basket, BasketLine } from "./basket.ts";
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

function isBasket(value: Partial<Basket> | null): boolean {
  return typeof value?.id === "string" && Array.isArray(value.lines) && value.lines.every(isLine);
}

function isLine(value: Partial<BasketLine> | null): boolean {
  const { productId, name, quantity } = value ?? {};
  return typeof productId === "string" && typeof name === "string" && Number.isInteger(quantity);
}

/** 128 random bits. `crypto.randomUUID` exists only on pages loaded over HTTPS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
