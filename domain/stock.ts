/** Why stock is booked: goods came in, were counted, broke, came back, or a mistake is put right. */
export const BOOKING_REASONS = ["RECEIVED", "COUNTED", "DAMAGED", "RETURNED", "CORRECTION"] as const;

/** The most units of one product on hand, and the most that one booking moves. */
export const MAX_STOCK = 1_000_000_000;

/** A booking of a product's stock: a line of its ledger, which nothing changes afterwards. */
export interface Booking {
  /** A UUID version 7: sorts by time. */
  bookingId: string;
  productId: string;
  /** Units that came, or went if negative. A count that found what it expected has 0. */
  delta: number;
  /** Units on hand after it. Negative if more was shipped than was known to be there. */
  onHand: number;
  reason: (typeof BOOKING_REASONS)[number];
  /** What it belongs to elsewhere, such as a delivery note's number. */
  reference?: string;
  note?: string;
  /** Who booked it: `key:<id>` or `system:<what>`. */
  actor: string;
  /** RFC 3339, UTC. */
  at: string;
}

/** A product's counters. */
export interface Counters {
  /** Units available for sale. Negative if more are reserved than are left. */
  stock: number;
  /** Units on the shelf, reserved ones included. Negative if more was shipped than was known to be there. */
  onHand: number;
}

/** What orders have reserved, and not shipped. */
export function reservedOf({ stock, onHand }: Counters): number {
  return onHand - stock;
}
