import type { BookStock } from "./contract/schemas.ts";
import { Problem } from "./problem.ts";
import { type Booking, MAX_STOCK } from "./stock.ts";

/**
 * Books what came, went or was counted.
 *
 * @param onHand - Units on hand before. Negative where more was shipped than was known to be there: that is still booked up.
 * @throws Problem `stock-differs` if a count expected another number, or more would go than there is.
 */
export function newBooking(
  about: Pick<Booking, "bookingId" | "productId" | "actor" | "at">,
  { reason, reference, note, ...change }: BookStock,
  onHand: number,
): Booking {
  if ("expected" in change && change.expected !== onHand) {
    throw differs("/expected", `${unitsOnHand(onHand)}, not ${change.expected}. Read it again, and count anew.`);
  }
  const delta = "delta" in change ? change.delta : change.count - onHand;
  const after = onHand + delta;
  if (delta < 0 && after < 0) throw differs("/delta", `${unitsOnHand(onHand)}: ${-delta} can't be taken away.`);
  if (after > MAX_STOCK) throw differs("/delta", `${unitsOnHand(onHand)}: ${delta} more would exceed ${MAX_STOCK}.`);
  return {
    ...about,
    delta,
    onHand: after,
    reason,
    ...(reference !== undefined && { reference }),
    ...(note !== undefined && { note }),
  };
}

function unitsOnHand(units: number): string {
  return units === 1 ? "There is 1 unit on hand" : `There are ${units} units on hand`;
}

function differs(pointer: string, detail: string): Problem {
  return new Problem("stock-differs", detail, { errors: [{ pointer, detail }] });
}
