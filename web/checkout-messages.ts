import { toMinor } from "../orders/money.ts";
import type { Violation } from "../orders/problem.ts";
import { type Basket, type Catalogue, obstacleOf, totalMinor } from "./basket.ts";
import { dollars, localTime } from "./format.ts";
import type { Notice } from "./notice.ts";

/** What the checkout tells its customer when an order can't simply be placed. */

export const PLACING = "Placing your order…";

export const UNCONFIRMED: Notice = {
  title: "Your order isn’t confirmed yet",
  text: ["The shop gave no clear answer. Try again: however often you do, the order is placed once."],
};

export const TOO_BUSY: Notice = {
  title: "Very many people are ordering right now",
  text: ["Your basket is kept. Try again in a moment: the order is placed once."],
};

export const NO_CATALOGUE: Notice = {
  title: "The prices can’t be loaded",
  text: ["The shop gave no answer. Nothing was ordered, and what you entered is kept."],
};

export const ORDERED_BEFORE: Notice = {
  title: "This basket was ordered before",
  text: [
    "An order was placed from it with other details; its confirmation is in your mail.",
    "To order all of it once more, choose “Place order” again.",
  ],
};

/** The API has forgotten the key by now, so sending again might order twice: the customer has to decide. */
export function forgotten(since: number): Notice {
  return {
    title: "We don’t know whether your last order arrived",
    text: [
      `You sent it on ${localTime(new Date(since).toISOString())}, and no answer came.`,
      "If you have no confirmation of it in your mail, place the order again.",
    ],
  };
}

/** Tells what the basket costs now that the catalogue is another one than the customer saw. */
export function catalogueChanged(basket: Basket, catalogue: Catalogue | undefined): Notice {
  const total = catalogue && dollars(totalMinor(basket, catalogue));
  return {
    title: "The catalogue has changed since you filled your basket",
    text: total ? [`The total is ${total} now. If that is right, place the order again.`] : [],
  };
}

/**
 * Says what the catalogue says now, instead of how it differs from what was sent. The total, which follows, is told by
 * {@link catalogueChanged}.
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
    const now = product && `${product.name} now costs ${dollars(toMinor(product.price))}.`;
    return [{ pointer, detail: (line && catalogue && obstacleOf(line, catalogue)) ?? now ?? detail }];
  });
}
