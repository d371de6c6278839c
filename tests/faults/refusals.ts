import type { FunctionCall, Reply } from "../support/call-proxy.ts";

/** How a service says no: of `conflict`, only DynamoDB's writes. */
export type Refusal = "throttle" | "error" | "conflict";

/** What each service calls it when it is asked too often: name of the error, HTTP status. Source: its API reference. */
const THROTTLED: Readonly<Record<string, [name: string, status: number]>> = {
  dynamodb: ["ProvisionedThroughputExceededException", 400],
  secretsmanager: ["ThrottlingException", 400],
  ses: ["Throttling", 400],
  sns: ["Throttled", 429],
  sqs: ["RequestThrottled", 400],
  states: ["ThrottlingException", 400],
};

/** What each service calls a failure of its own. Source: its API reference, "Common Errors" where it has none. */
const FAILED: Readonly<Record<string, [name: string, status: number]>> = {
  dynamodb: ["InternalServerError", 500],
  secretsmanager: ["InternalServiceError", 500],
  ses: ["InternalFailure", 500],
  sns: ["InternalError", 500],
  sqs: ["InternalFailure", 500],
  states: ["ServiceUnavailable", 503],
};

/** The answer of a service that refuses a call, in the protocol of the call: JSON, or XML to a form. */
export function refusalOf(call: FunctionCall, refusal: Refusal): Reply {
  if (refusal === "conflict") return conflictOf(call);
  const [name = "InternalFailure", status = 500] = (refusal === "throttle" ? THROTTLED : FAILED)[call.service] ?? [];
  const message = `The service was made to answer this (${refusal}).`;
  return isForm(call) ? xml(name, status, message) : json(status, { __type: name, message });
}

/** Another transaction is at work on an item. Of a transaction it is a reason, of any other write an error by itself. */
function conflictOf({ operation, body }: FunctionCall): Reply {
  const Message = "Transaction is ongoing for the item";
  if (operation !== "TransactWriteItems") return json(400, { __type: "TransactionConflictException", Message });
  const { TransactItems } = JSON.parse(body) as { TransactItems: unknown[] };
  const CancellationReasons = TransactItems.map((_, index) =>
    index === 0 ? { Code: "TransactionConflict", Message } : { Code: "None" },
  );
  return json(400, { __type: "TransactionCanceledException", Message: "Transaction cancelled", CancellationReasons });
}

/** Whether the call is of AWS's older protocol, as those of SNS and SES are. */
function isForm({ body }: FunctionCall): boolean {
  return !body.startsWith("{");
}

function json(status: number, body: object): Reply {
  return { status, type: "application/x-amz-json-1.0", body: JSON.stringify(body) };
}

function xml(name: string, status: number, message: string): Reply {
  const type = status < 500 ? "Sender" : "Receiver";
  const error = `<Error><Type>${type}</Type><Code>${name}</Code><Message>${message}</Message></Error>`;
  const body = `<ErrorResponse>${error}<RequestId>none</RequestId></ErrorResponse>`;
  return { status, type: "text/xml", body };
}
