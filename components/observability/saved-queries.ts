/** A query of CloudWatch Logs Insights that is kept for operators. */
export interface SavedQuery {
  name: string;
  /** The logs that it reads: the functions' lines, or one line a request. */
  logs: "functions" | "access";
  queryString: string;
}

/** The questions that operators ask most. */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: "order-story",
    logs: "functions",
    queryString: `# An order's whole story, from the request to the last mail. Replace ORDER_ID.
fields @timestamp, service, level, message, outcome, reason, durationMs, correlationId
| filter orderId = "ORDER_ID"
| sort @timestamp asc
| limit 1000`,
  },
  {
    name: "slowest-requests",
    logs: "access",
    queryString: `# The slowest requests. The trace id leads to what took so long.
fields @timestamp, method, route, status, responseLatency, integrationLatency, requestId, traceId
| filter responseLatency > 0
| sort responseLatency desc
| limit 50`,
  },
  {
    name: "failures-by-reason",
    logs: "functions",
    queryString: `# Orders that failed, by reason and hour, from the lines that also make the metric.
filter OrdersFailed > 0 and ispresent(Reason)
| stats sum(OrdersFailed) as orders by bin(1h) as hour, Reason
| sort hour desc`,
  },
];
