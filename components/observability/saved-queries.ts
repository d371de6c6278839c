/** A saved query of CloudWatch Logs Insights. */
export interface SavedQuery {
  name: string;
  /** The log groups that it reads. */
  logs: "functions" | "access";
  queryString: string;
}

/** The queries that operators need most. */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: "order-story",
    logs: "functions",
    queryString: `# Everything logged for one order, from the request to the last email. Replace ORDER_ID.
fields @timestamp, service, level, message, outcome, reason, durationMs, correlationId
| filter orderId = "ORDER_ID"
| sort @timestamp asc
| limit 1000`,
  },
  {
    name: "slowest-requests",
    logs: "access",
    queryString: `# The slowest requests. The trace shows where the time was spent.
fields @timestamp, method, route, status, responseLatency, integrationLatency, requestId, traceId
| filter responseLatency > 0
| sort responseLatency desc
| limit 50`,
  },
  {
    name: "failures-by-reason",
    logs: "functions",
    queryString: `# Failed orders by reason and hour, from the log lines of the metric OrdersFailed.
filter OrdersFailed > 0 and ispresent(Reason)
| stats sum(OrdersFailed) as orders by bin(1h) as hour, Reason
| sort hour desc`,
  },
];
