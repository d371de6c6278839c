import fc from "fast-check";
import {
  EXAMPLE_BOOKINGS,
  EXAMPLE_REFUNDS,
  exampleOrders,
  exampleProduct,
} from "../../domain/contract/openapi-examples.ts";
import { toItem } from "../../store/items.ts";
import { anEvent } from "../support/sqs-records.ts";
import { corrupted, corruptedEvent, hostileMessage, hostileText, hostileValue } from "./arbitraries.ts";

/** Invalid and hostile events for functions. */

const attribute = fc.record(
  { dataType: fc.constantFrom("String", "Number", "Binary"), stringValue: hostileText },
  { requiredKeys: ["dataType"] },
);
const attributes = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), attribute, { maxKeys: 10 });
/** Messages of a queue, as its consumer gets them. */
export const messages = fc.array(fc.record({ body: hostileMessage, messageAttributes: attributes }), {
  minLength: 1,
  maxLength: 10,
});

const KEYS = { pk: { S: "ORDER#x" }, sk: { S: "EVENT#000001" } };
const image = fc.oneof(
  corruptedEvent.map((event) => storable({ event })),
  hostileValue.map((event) => storable({ event })),
  fc.constantFrom({}, { event: { X: "?" } }, { event: { M: 5 } }, { event: null }, null, undefined),
);
const stream = image.map((NewImage) => ({ eventID: "1", dynamodb: { Keys: KEYS, NewImage, SequenceNumber: "1" } }));
/** Records of the table's stream. */
export const streamRecords = fc.array(fc.oneof(stream, fc.constant({})), { minLength: 1, maxLength: 30 });

const body = fc.oneof(
  hostileText,
  hostileValue,
  hostileValue.map((value) => JSON.stringify(value)),
  corrupted(exampleOrders("USD").withAddress.value),
  corrupted(exampleProduct("USD")).map((value) => JSON.stringify(value)),
  corrupted(EXAMPLE_BOOKINGS.delivery.value),
  corrupted(EXAMPLE_BOOKINGS.count.value),
  corrupted(EXAMPLE_REFUNDS.items.value),
  corrupted(EXAMPLE_REFUNDS.amount.value),
  fc.constant({ status: "SHIPPED" }),
);

/** An event from API Gateway, or from a direct invocation, which can send anything. */
export const apiEvent = fc.oneof(
  hostileValue,
  fc.record(
    {
      httpMethod: fc.oneof(hostileValue, fc.constantFrom("PATCH", "GET")),
      body,
      isBase64Encoded: fc.oneof(fc.boolean(), hostileValue),
      headers: fc.oneof(
        hostileValue,
        fc.dictionary(
          fc.oneof(
            fc.constantFrom("Idempotency-Key", "If-Match", "X-Correlation-Id", "content-TYPE", "__proto__"),
            hostileText,
          ),
          hostileValue,
        ),
      ),
      pathParameters: fc.oneof(
        hostileValue,
        fc.record({ orderId: fc.oneof(hostileValue, fc.constant(anEvent().orderId)), productId: hostileValue }),
        fc.constant({ orderId: anEvent().orderId, productId: "PROD-001" }),
      ),
      queryStringParameters: fc.oneof(
        hostileValue,
        fc.dictionary(fc.constantFrom("status", "customerId", "limit", "cursor", "__proto__"), hostileValue),
      ),
      multiValueQueryStringParameters: hostileValue,
      stageVariables: fc.oneof(hostileValue, fc.constantFrom({ audience: "storefront" }, { audience: "backoffice" })),
      requestContext: fc.oneof(hostileValue, fc.record({ requestId: hostileValue })),
    },
    { requiredKeys: [] },
  ),
);

/** A value as an image in the table's stream; empty if DynamoDB can't store it. */
function storable(value: object): Record<string, unknown> {
  try {
    return toItem(JSON.parse(JSON.stringify(value)));
  } catch {
    return {};
  }
}
