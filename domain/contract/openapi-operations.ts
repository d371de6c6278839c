import type { Audience } from "../audience.ts";
import { KEY_PATTERN } from "../idempotency.ts";
import { ORDER_ID_PATTERN, PRODUCT_ID_PATTERN } from "../ids.ts";
import { ORDER_STATUSES } from "../lifecycle.ts";
import { PROBLEMS, type ProblemType } from "../problem.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "../quantities.ts";
import {
  EXAMPLE_BOOKINGS,
  EXAMPLE_REFUNDS,
  exampleCreated,
  exampleOrders,
  exampleProduct,
} from "./openapi-examples.ts";
import { TEXT_PATTERN } from "./text-pattern.ts";

/** One operation of an OpenAPI document. */
export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, object>;
  /** Empty if the operation needs no key; absent if the document's own requirement applies. */
  security?: Record<string, string[]>[];
}

/** Problems that any route can return: refused by the gateway, or failed. */
const COMMON_PROBLEMS: ProblemType[] = [
  "forbidden",
  "blocked",
  "too-many-requests",
  "quota-exceeded",
  "internal-error",
  "unavailable",
];

/** Problems that any route with a body can return. */
const BODY_PROBLEMS: ProblemType[] = ["bad-request", "validation", "payload-too-large", "unsupported-media-type"];

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "Makes retries safe: for 24 hours, the same key with the same body gets the first response again, and no second order. " +
    "If a request receives no response, an error response to a retry is not final, as the first request may still be in progress: retry with the same key.",
  schema: { type: "string", pattern: KEY_PATTERN.source },
  example: "a8b1d4a0-cart-17",
};

const CORRELATION_ID = {
  name: "X-Correlation-Id",
  in: "header",
  description:
    "Your own id of the request: 1 to 128 letters, digits, dots, colons, hyphens and underscores. It is in everything that is logged for the request, and in the events that follow from it. Default: the gateway's id of the request.",
  schema: { type: "string" },
  example: "checkout-7f3a",
};

const REPEATED =
  "Required. For 24 hours, the same key with the same body gets the first response again, and nothing is done twice.";

const PAID_ONCE =
  "Required. For 24 hours, the same key with the same body does nothing more, and gets the order as it is then.";

const REPLAYED = {
  "Idempotent-Replayed": header("Present when the first response is repeated.", { type: "string", enum: ["true"] }),
};

const ORDER_TOKEN = {
  name: "X-Order-Token",
  in: "header",
  description:
    "The order's token, which whoever placed it at the storefront got, and which links in emails have. With a wrong or an expired one, or another order's, there is no such order.",
  schema: { type: "string" },
};

const ORDER_ID = pathParameter("orderId", { type: "string", pattern: ORDER_ID_PATTERN.source });
const PRODUCT_ID = pathParameter("productId", { type: "string", pattern: PRODUCT_ID_PATTERN.source });

const STATUS = queryParameter("status", "Only orders of this status.", { type: "string", enum: [...ORDER_STATUSES] });
const CUSTOMER = queryParameter("customerId", "Only this customer's orders.", {
  type: "string",
  maxLength: 128,
  pattern: TEXT_PATTERN,
});
const LIMIT = queryParameter("limit", "Maximum number of entries on a page.", {
  type: "integer",
  minimum: 1,
  maximum: MAX_LIMIT,
  default: DEFAULT_LIMIT,
});
const CURSOR = queryParameter("cursor", "`nextCursor` of the previous page, with the same filters.", {
  type: "string",
  minLength: 1,
  maxLength: 1_000,
});

/** The routes of an audience, by path and method, with examples in the shop's currency. */
export function operations(audience: Audience, currency: string): Record<string, Record<string, OpenApiOperation>> {
  const isBackOffice = audience === "backoffice";
  return {
    "/orders": { post: placeOrder(currency), ...(isBackOffice && { get: listOrders }) },
    "/orders/{orderId}": isBackOffice ? { get: getOrder, put: updateOrderStatus } : { get: getPublicOrder },
    "/orders/{orderId}/cancel": { post: isBackOffice ? cancelOrder : cancelOwnOrder },
    ...(isBackOffice
      ? { "/orders/{orderId}/refunds": { post: refundOrder } }
      : { "/orders/{orderId}/payment": { post: payOrder } }),
    "/products": { get: listProducts },
    "/products/{productId}": {
      get: getProduct,
      ...(isBackOffice && { put: putProduct(currency), patch: patchProduct }),
    },
    ...(isBackOffice && { "/products/{productId}/stock": { get: listBookings, post: bookStock } }),
    "/health": { get: getHealth },
  };
}

function placeOrder(currency: string): OpenApiOperation {
  return {
    operationId: "placeOrder",
    summary: "Place an order",
    description: "Prices come from the catalogue. A price or total in the body is only checked against it.",
    parameters: [IDEMPOTENCY_KEY, CORRELATION_ID],
    requestBody: jsonBody("PlaceOrder", exampleOrders(currency)),
    responses: {
      201: {
        description: "The order was placed.",
        headers: {
          Location: header("The order's URL, relative to the request's.", { type: "string", format: "uri-reference" }),
          ...REPLAYED,
        },
        content: json("OrderCreated", exampleCreated(currency)),
      },
      ...problems(
        "conflict",
        "order-rejected",
        "out-of-stock",
        "idempotency-key-reused",
        ...BODY_PROBLEMS,
        ...COMMON_PROBLEMS,
      ),
    },
  };
}

const getOrder: OpenApiOperation = {
  operationId: "getOrder",
  summary: "Show an order",
  parameters: [ORDER_ID, CORRELATION_ID],
  responses: { 200: response("The order.", "Order"), ...problems("not-found", ...COMMON_PROBLEMS) },
};

const getPublicOrder: OpenApiOperation = {
  ...getOrder,
  description: "Email, phone, address, name and payment method only to its customer, who sends its token.",
  parameters: [
    ORDER_ID,
    { ...ORDER_TOKEN, description: `${ORDER_TOKEN.description} Without one, the order is shown as to anyone.` },
    CORRELATION_ID,
  ],
};

const payOrder: OpenApiOperation = {
  operationId: "payOrder",
  summary: "Go on with a payment that waits for the customer",
  description:
    "With a payment method: tries it on the same order, whose last one was declined or whose bank asks. Without: looks whether the customer has answered their bank. GET the order to see what has come of it.",
  parameters: [
    ORDER_ID,
    { ...ORDER_TOKEN, required: true },
    { ...IDEMPOTENCY_KEY, required: true, description: PAID_ONCE, example: "a8b1d4a0-try-2" },
    CORRELATION_ID,
  ],
  requestBody: jsonBody("PayOrder", {
    answered: { summary: "The customer has answered their bank", value: {} },
    anotherCard: { summary: "Another card", value: { paymentMethod: "pm_card_visa" } },
  }),
  responses: {
    202: response("The payment will be tried or looked at.", "Order", REPLAYED),
    ...problems(
      "not-found",
      "wrong-status",
      "payment-tries-used-up",
      "idempotency-key-reused",
      ...BODY_PROBLEMS,
      ...COMMON_PROBLEMS,
    ),
  },
};

const updateOrderStatus: OpenApiOperation = {
  operationId: "updateOrderStatus",
  summary: "Mark an order as shipped or delivered",
  description: "SHIPPED follows COMPLETED, and DELIVERED follows SHIPPED. Repeating the request changes nothing.",
  parameters: [ORDER_ID, CORRELATION_ID],
  requestBody: jsonBody("UpdateOrderStatus", { shipped: { value: { status: "SHIPPED" } } }),
  responses: {
    200: response("The order.", "Order"),
    ...problems("not-found", "wrong-status", ...BODY_PROBLEMS, ...COMMON_PROBLEMS),
  },
};

const cancelOrder: OpenApiOperation = {
  operationId: "cancelOrder",
  summary: "Cancel an order",
  description:
    "Refund and restock follow, and then the order is CANCELLED. Repeating the request changes nothing. Shipped or failed orders can't be cancelled.",
  parameters: [ORDER_ID, CORRELATION_ID],
  responses: {
    202: response("The order is or will be CANCELLED.", "CancelAccepted"),
    ...problems("not-found", "wrong-status", ...COMMON_PROBLEMS),
  },
};

const cancelOwnOrder: OpenApiOperation = {
  ...cancelOrder,
  parameters: [ORDER_ID, { ...ORDER_TOKEN, required: true }, CORRELATION_ID],
};

const refundOrder: OpenApiOperation = {
  operationId: "refundOrder",
  summary: "Refund a part of an order, or all of it",
  description:
    "Either an `amount`, or units of what was ordered (`items`) at their price in the order. Possible in every status once the order is charged, also after it was delivered, until everything is refunded. The provider is asked soon after, and the customer gets an email. Stock stays as it is: book what comes back. An order that has not been shipped is better cancelled.",
  parameters: [
    ORDER_ID,
    { ...IDEMPOTENCY_KEY, required: true, description: REPEATED, example: "return-4711" },
    CORRELATION_ID,
  ],
  requestBody: jsonBody("RefundOrder", EXAMPLE_REFUNDS),
  responses: {
    202: response("The refund, which is on its way.", "Refund", REPLAYED),
    ...problems(
      "not-found",
      "wrong-status",
      "not-refundable",
      "idempotency-key-reused",
      ...BODY_PROBLEMS,
      ...COMMON_PROBLEMS,
    ),
  },
};

const listOrders: OpenApiOperation = {
  operationId: "listOrders",
  summary: "List orders, the newest first",
  description:
    "With both `status` and `customerId`, a page may have fewer entries than `limit`, or none, and still have a `nextCursor`.",
  parameters: [STATUS, CUSTOMER, LIMIT, CURSOR, CORRELATION_ID],
  responses: {
    200: response("One page of orders.", "OrderList"),
    ...problems("validation", "invalid-cursor", ...COMMON_PROBLEMS),
  },
};

const listProducts: OpenApiOperation = {
  operationId: "listProducts",
  summary: "List the catalogue, by product id",
  parameters: [LIMIT, CURSOR, CORRELATION_ID],
  responses: {
    200: response("One page of products.", "ProductList"),
    ...problems("validation", "invalid-cursor", ...COMMON_PROBLEMS),
  },
};

const ETAG = {
  ETag: header("Identifies what describes the product, for `If-Match`. No sale and no booking changes it.", {
    type: "string",
  }),
};

const IF_MATCH = {
  name: "If-Match",
  in: "header",
  description:
    "The `ETag` of the product that the change was decided for. If it has another one by now, nothing is changed.",
  schema: { type: "string" },
};

const getProduct: OpenApiOperation = {
  operationId: "getProduct",
  summary: "Show a product",
  parameters: [PRODUCT_ID, CORRELATION_ID],
  responses: { 200: response("The product.", "Product", ETAG), ...problems("not-found", ...COMMON_PROBLEMS) },
};

function putProduct(currency: string): OpenApiOperation {
  return {
    operationId: "putProduct",
    summary: "Add a product, or replace what describes it",
    description: "Stock belongs only to a new product. That of others is booked: `POST /products/{productId}/stock`.",
    parameters: [PRODUCT_ID, IF_MATCH, CORRELATION_ID],
    requestBody: jsonBody("PutProduct", { product: { value: exampleProduct(currency) } }),
    responses: {
      200: response("The product was changed, or is so already.", "Product", ETAG),
      201: response("The product was added.", "Product", ETAG),
      ...problems("not-found", "precondition-failed", "stock-is-booked", ...BODY_PROBLEMS, ...COMMON_PROBLEMS),
    },
  };
}

const patchProduct: OpenApiOperation = {
  operationId: "patchProduct",
  summary: "Change some of what describes a product",
  description:
    "A JSON merge patch (RFC 7396): fields that are left out stay as they are, and null removes one. Products are never deleted, as orders refer to them: set `active` to false.",
  parameters: [PRODUCT_ID, IF_MATCH, CORRELATION_ID],
  requestBody: jsonBody("PatchProduct", { inactive: { value: { active: false } } }, "application/merge-patch+json"),
  responses: {
    200: response("The product was changed, or is so already.", "Product", ETAG),
    ...problems("not-found", "precondition-failed", ...BODY_PROBLEMS, ...COMMON_PROBLEMS),
  },
};

const bookStock: OpenApiOperation = {
  operationId: "bookStock",
  summary: "Book stock",
  description:
    "Either what came or went (`delta`), or what was counted (`count`, with the `onHand` that it replaces as `expected`). Units that are reserved for orders may go, too: then `stock` shows 0, and the latest of these orders get the attention `SHORT`.",
  parameters: [
    PRODUCT_ID,
    { ...IDEMPOTENCY_KEY, required: true, description: REPEATED, example: "delivery-4711" },
    CORRELATION_ID,
  ],
  requestBody: jsonBody("BookStock", EXAMPLE_BOOKINGS),
  responses: {
    201: response("The booking, with the units on hand after it.", "Booked", REPLAYED),
    ...problems("not-found", "stock-differs", "idempotency-key-reused", ...BODY_PROBLEMS, ...COMMON_PROBLEMS),
  },
};

const listBookings: OpenApiOperation = {
  operationId: "listBookings",
  summary: "List the bookings of a product's stock, the newest first",
  description: "Orders that are shipped take units, too, and are no bookings.",
  parameters: [PRODUCT_ID, LIMIT, CURSOR, CORRELATION_ID],
  responses: {
    200: response("One page of bookings.", "BookingList"),
    ...problems("not-found", "validation", "invalid-cursor", ...COMMON_PROBLEMS),
  },
};

const getHealth: OpenApiOperation = {
  operationId: "getHealth",
  summary: "Check whether the API is reachable",
  security: [],
  responses: { 200: response("The API is reachable.", "Health"), ...problems("too-many-requests", "internal-error") },
};

function pathParameter(name: string, schema: object): object {
  return { name, in: "path", required: true, schema };
}

function queryParameter(name: string, description: string, schema: object): object {
  return { name, in: "query", description, schema };
}

function header(description: string, schema: object): object {
  return { description, schema };
}

function json(schema: string, example?: object): object {
  return { "application/json": { schema: reference(schema), ...(example && { example }) } };
}

function jsonBody(schema: string, examples: object, mediaType = "application/json"): object {
  return { required: true, content: { [mediaType]: { schema: reference(schema), examples } } };
}

function response(description: string, schema: string, headers?: object): object {
  return { description, ...(headers && { headers }), content: json(schema) };
}

function reference(schema: string): object {
  return { $ref: `#/components/schemas/${schema}` };
}

/** The error responses, one for each status, with an example of each problem type that has it. */
function problems(...types: ProblemType[]): Record<string, object> {
  const responses: Record<string, object> = {};
  for (const { status } of types.map((type) => PROBLEMS[type])) {
    const kinds = types.filter((type) => PROBLEMS[type].status === status);
    responses[status] = {
      description: `${kinds.map((kind) => PROBLEMS[kind].title).join("; ")}.`,
      ...(kinds.some(isRetryable) && {
        headers: { "Retry-After": header("Seconds to wait before trying again.", { type: "integer", minimum: 1 }) },
      }),
      content: {
        "application/problem+json": {
          schema: reference("Problem"),
          examples: Object.fromEntries(kinds.map((kind) => [kind, { value: { ...PROBLEMS[kind], detail: "…" } }])),
        },
      },
    };
  }
  return responses;
}

function isRetryable(type: ProblemType): boolean {
  return !["wrong-status", "stock-differs"].includes(type) && [409, 429, 503].includes(PROBLEMS[type].status);
}
