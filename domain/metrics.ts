/** The namespace of the system's own metrics. */
export const METRICS_NAMESPACE = "OrderProcessingSystem";

/** The system's own metrics and their units. Each is published with the dimension `Stage`, and without dimensions. */
export const METRIC_UNITS = {
  /** Orders accepted. */
  OrdersCreated: "Count",
  /** Totals of the orders accepted, in the shop's currency. */
  OrderValue: "None",
  /** Orders completed. */
  OrdersProcessed: "Count",
  /** Orders failed; also by `Stage` and `Reason`. */
  OrdersFailed: "Count",
  /** Orders that failed because of infrastructure: they were not charged within their deadline. */
  OrdersUnavailable: "Count",
  /** From an order's acceptance until it is COMPLETED or FAILED, or CANCELLED before that. */
  OrderLatency: "Milliseconds",
  /** Payments charged. */
  PaymentsProcessed: "Count",
  /** Failed attempts to charge or refund a payment, long after the first one. */
  PaymentsLate: "Count",
  /** Payments that the provider reports, but that no order has. */
  PaymentsUnknown: "Count",
  /** Payments of which the provider and the orders say something different, at the time of a reconciliation. */
  PaymentsUnreconciled: "Count",
  /** Emails and text messages sent to customers. */
  NotificationsSent: "Count",
  /** Attempts to send an email or text message after which nobody knows whether it was sent. */
  NotificationsUnknown: "Count",
  /** Failed attempts to notify a customer, long after the event. */
  NotificationsLate: "Count",
  /** Messages whose first delivery failed by a fault of our own: no outage, refusal or limit explains it. */
  MessagesFailed: "Count",
  /** Orders without progress found by a sweep. */
  OrdersStuck: "Count",
  /** Orders parked for a person, at the time of a sweep. */
  OrdersParked: "Count",
  /** Completed sweeps. */
  SweeperRuns: "Count",
} as const;

/** Name of a metric. */
export type MetricName = keyof typeof METRIC_UNITS;
