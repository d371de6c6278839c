/** Why an order waits for a person: what a machine can't settle. */
export const ATTENTION_REASONS = ["REFUND_REFUSED", "CHARGE_UNKNOWN", "SHORT", "DISPUTED"] as const;

/**
 * - `REFUND_REFUSED`: the payment provider will never refund the charge, or a part of it.
 * - `CHARGE_UNKNOWN`: for most of an hour after the order's deadline, the provider doesn't say what became of the charge.
 * - `SHORT`: goods that were reserved for the order are gone, so it can't be shipped with all others.
 * - `DISPUTED`: the customer disputes the charge.
 */
export type AttentionReason = (typeof ATTENTION_REASONS)[number];

/** Set on an order that is parked: nothing works on it until it is resumed or cancelled. */
export interface Attention {
  /** RFC 3339, UTC. */
  since: string;
  reason: AttentionReason;
}
