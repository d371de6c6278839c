import { formatMoney } from "../../domain/money.ts";
import type { Violation } from "../../domain/problem.ts";
import { type Basket, type Catalogue, currencyOf, lineError, totalAmount } from "./basket.ts";
import { localTime } from "./dom.ts";
import type { Notice } from "./notice.ts";

export const PLACING = "Placing your order…";

export const UNCONFIRMED: Notice = {
  title: "Your order isn’t confirmed yet",
  text: ["We couldn’t confirm your order. It’s safe to try again: it will be placed only once."],
};

export const TOO_BUSY: Notice = {
  title: "The shop is very busy right now",
  text: ["Try again in a moment: your order will be placed only once."],
};

/** The prices, or parts of the page, are missing. */
export const NOT_LOADED: Notice = {
  title: "The shop isn’t responding",
  text: ["Nothing was ordered, and your details have been kept. If trying again doesn’t help, reload the page."],
};

export const ALREADY_ORDERED: Notice = {
  title: "This basket has already been ordered",
  text: [
    "An order with different details was placed from it; check your email for the confirmation.",
    "To order everything again, choose “Place order”.",
  ],
};

/** The API no longer knows the key, so another attempt might order twice: the customer has to decide. */
export function keyExpired(since: number): Notice {
  return {
    title: "We don’t know whether we received your last order",
    text: [
      `You sent it on ${localTime(new Date(since).toISOString())}, but you received no reply.`,
      "If you haven’t received a confirmation by email, place the order again.",
    ],
  };
}

/** Shows the new total after a change of the catalogue. */
export function catalogueChanged(basket: Basket, catalogue: Catalogue | undefined): Notice {
  const total = catalogue && formatMoney(totalAmount(basket, catalogue), currencyOf(catalogue));
  return {
    title: "The catalogue has changed since you filled your basket",
    text: total ? [`The total is now ${total}. If you agree, place the order again.`] : [],
  };
}

/** The lines show how much there is. */
export const TOO_LITTLE_STOCK: Notice = {
  title: "There isn’t enough of everything in your basket",
  text: [],
};

/**
 * Rewords violations so that they show the catalogue's current state instead of the difference from the order. Leaves out
 * the total, which {@link catalogueChanged} shows.
 */
export function catalogueChanges(
  violations: readonly Violation[],
  { lines }: Basket,
  catalogue: Catalogue | undefined,
): Violation[] {
  return violations.flatMap(({ pointer, detail }) => {
    if (pointer === "/totalAmount") return [];
    const line = lines[Number(/^\/items\/(\d+)\//.exec(pointer)?.[1])];
    const product = line && catalogue?.get(line.productId);
    const newPrice =
      product && pointer.endsWith("/price")
        ? `${product.name} now costs ${formatMoney(product.price, product.currency)}.`
        : undefined;
    return [{ pointer, detail: (line && catalogue && lineError(line, catalogue)) ?? newPrice ?? detail }];
  });
}
