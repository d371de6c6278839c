import type { FunctionCall, ServiceResponse } from "../support/call-proxy.ts";

/** An error that a service returns. `conflict` is for DynamoDB's writes only. */
export type ServiceError = "throttle" | "error" | "conflict";

/** Each service's throttling error: name, HTTP status. Source: its API reference. */
const THROTTLING: Readonly<Record<string, [name: string, status: number]>> = {
  dynamodb: ["ProvisionedThroughputExceededException", 400],
  secretsmanager: ["ThrottlingException", 400],
  ses: ["Throttling", 400],
  sns: ["Throttled", 429],
  sqs: ["RequestThrottled", 400],
  states: ["ThrottlingException", 400],
};

/** Each service's internal error. Source: its API reference, or "Common Errors" if that has none. */
const INTERNAL: Readonly<Record<string, [name: string, status: number]>> = {
  dynamodb: ["InternalServerError", 500],
  secretsmanager: ["InternalServiceError", 500],
  ses: ["InternalFailure", 500],
  sns: ["InternalError", 500],
  sqs: ["InternalFailure", 500],
  states: ["ServiceUnavailable", 503],
};

/** The service's error response to a call, in the call's protocol: JSON, or XML for the query protocol. */
export function errorResponse(call: FunctionCall, error: ServiceError): ServiceResponse {
  if (error === "conflict") return conflict(call);
  const [name = "InternalFailure", status = 500] = (error === "throttle" ? THROTTLING : INTERNAL)[call.service] ?? [];
  const message = `Injected by a test (${error}).`;
  return isQueryProtocol(call) ? xml(name, status, message) : json(status, { __type: name, message });
}

/** A concurrent transaction on the item: a cancellation reason for a transaction, an error for any other write. */
function conflict({ operation, body }: FunctionCall): ServiceResponse {
  const Message = "Transaction is ongoing for the item";
  if (operation !== "TransactWriteItems") return json(400, { __type: "TransactionConflictException", Message });
  const { TransactItems } = JSON.parse(body) as { TransactItems: unknown[] };
  const CancellationReasons = TransactItems.map((_, index) =>
    index === 0 ? { Code: "TransactionConflict", Message } : { Code: "None" },
  );
  return json(400, { __type: "TransactionCanceledException", Message: "Transaction cancelled", CancellationReasons });
}

/** Whether the call uses AWS's older query protocol, as SNS and SES do. */
function isQueryProtocol({ body }: FunctionCall): boolean {
  return !body.startsWith("{");
}

function json(status: number, body: object): ServiceResponse {
  return { status, type: "application/x-amz-json-1.0", body: JSON.stringify(body) };
}

function xml(name: string, status: number, message: string): ServiceResponse {
  const type = status < 500 ? "Sender" : "Receiver";
  const error = `<Error><Type>${type}</Type><Code>${name}</Code><Message>${message}</Message></Error>`;
  const body = `<ErrorResponse>${error}<RequestId>none</RequestId></ErrorResponse>`;
  return { status, type: "text/xml", body };
}
