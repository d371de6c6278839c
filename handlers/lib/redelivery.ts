const FIRST_DELAY_SECONDS = 5;
/** The longest delay. */
export const MAX_DELAY_SECONDS = 3_600;

/**
 * When a message that failed comes back, in seconds. Delays double from try to try, so they are about as long as the outage has
 * lasted.
 *
 * @param receives - How often the message has been delivered.
 */
export function redeliverySeconds(receives: number): number {
  return Math.min(FIRST_DELAY_SECONDS * 2 ** (receives - 1), MAX_DELAY_SECONDS);
}

/** Deliveries from which on a message is late: by these delays, 40 minutes after the first one. */
export const LATE_RECEIVES = 10;
