/** The queues for what failed. */
export const QUEUE_NAMES = ["order", "payment", "customer", "events", "webhook"] as const;

export type QueueName = (typeof QUEUE_NAMES)[number];
