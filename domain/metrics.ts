/** The namespace of the system's own metrics. */
export const METRICS_NAMESPACE = "OrderProcessingSystem";

/** The system's own metrics and their units. Each has the dimension `Stage`, and is there once more without any. */
export const METRIC_UNITS = {
  /** Orders accepted. */
  OrdersCreated: "Count",
  /** Totals of the orders accepted, in units of the currency. */
  OrderValue: "None",
  /** Orders completed. */
  OrdersProcessed: "Count",
  /** Orders failed; also by `Stage` and `Reason`. */
  OrdersFailed: "Count",
  /** From an order's acceptance to its end, be it COMPLETED, FAILED or CANCELLED before that. */
  OrderLatency: "Milliseconds",
  /** Payments charged. */
  PaymentsProcessed: "Count",
  /** Mails and text messages that went out to customers. */
  NotificationsSent: "Count",
  /** Orders without progress that a sweep found. */
  OrdersStuck: "Count",
  /** Sweeps done, whatever they found. */
  SweeperRuns: "Count",
} as const;

/** Name of a metric. */
export type MetricName = keyof typeof METRIC_UNITS;
