import { toMinor } from "../../domain/money.ts";
import type { Violation } from "../../domain/problem.ts";
import { type Basket, type Catalogue, obstacleOf, totalMinor } from "./basket.ts";
import { dollars, localTime } from "./format.ts";
import type { Notice } from "./notice.ts";

/** What the checkout tells its customer when an order can't simply be placed. */

export const PLACING = "Placing your order…";

export const UNCONFIRMED: Notice = {
  title: "Your order isn’t confirmed yet",
  text: ["We couldn’t confirm your order. It’s safe to try again: it will be placed only once."],
};

export const TOO_BUSY: Notice = {
  title: "The shop is very busy right now",
  text: ["Your basket has been saved. Try again in a moment: your order will be placed only once."],
};

export const NO_CATALOGUE: Notice = {
  title: "The prices can’t be loaded",
  text: ["The shop isn’t responding. Nothing was ordered, and your details have been kept."],
};

export const ORDERED_BEFORE: Notice = {
  title: "This basket has already been ordered",
  text: [
    "An order with different details was placed from it; check your email for the confirmation.",
    "To order everything again, choose “Place order”.",
  ],
};

/** The API has forgotten the key by now, so sending again might order twice: the customer has to decide. */
export function forgotten(since: number): Notice {
  return {
    title: "We don’t know whether we received your last order",
    text: [
      `You sent it on ${localTime(new Date(since).toISOString())}, but you received no reply.`,
      "If you haven’t received a confirmation by email, place the order again.",
    ],
  };
}

/** Tells what the basket costs now that the catalogue is another one than the customer saw. */
export function catalogueChanged(basket: Basket, catalogue: Catalogue | undefined): Notice {
  const total = catalogue && dollars(totalMinor(basket, catalogue));
  return {
    title: "The catalogue has changed since you filled your basket",
    text: total ? [`The total is now ${total}. If you agree, place the order again.`] : [],
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
