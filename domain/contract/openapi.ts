import { type JsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import * as v from "valibot";
import type { Audience } from "../audience.ts";
import { VISIBLE_CHARACTER } from "./field-rules.ts";
import { type OpenApiOperation, operations } from "./openapi-operations.ts";
import { payOrder } from "./payment-request.ts";
import { placeOrder, shippingAddress } from "./place-order.ts";
import * as responses from "./responses.ts";
import {
  bookCount,
  bookDelta,
  bookStock,
  patchProduct,
  putProduct,
  refundAmount,
  refundItems,
  updateOrderStatus,
} from "./schemas.ts";
import { TEXT_PATTERN } from "./text-pattern.ts";

/** The subset of an OpenAPI 3.0 document that the API uses. */
export interface OpenApiDocument {
  openapi: "3.0.3";
  info: { title: string; version: string; description: string; license: { name: string; url: string } };
  security: Record<string, string[]>[];
  /** By path, then by method in lower case. */
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}

const TITLES: Readonly<Record<Audience, string>> = {
  storefront: "Orders: storefront",
  backoffice: "Orders: back office",
};

const PURPOSES: Readonly<Record<Audience, string>> = {
  storefront: "Shows the catalogue, and places, shows, pays and cancels orders.",
  backoffice: "Places, shows and manages orders, and maintains the catalogue.",
};

/** Actions that JSON Schema can't express: descriptions or metadata state their rules. */
const WITHOUT_JSON_SCHEMA = ["check", "raw_check", "raw_transform"];

/**
 * The contract of one API instance as OpenAPI 3.0.3, generated from the schemas that the handlers validate with.
 *
 * @param currency - The shop's (ISO 4217). The default is the setting's, and the committed contract's.
 */
export function openApiDocument(audience: Audience, currency = "USD"): OpenApiDocument {
  return {
    openapi: "3.0.3",
    info: {
      title: TITLES[audience],
      version: "1.0.0",
      description: `${PURPOSES[audience]} Errors are problem details (RFC 9457), identified by their \`type\`. HEAD is answered like GET, without the body.`,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    security: [{ ApiKey: [] }],
    paths: operations(audience, currency),
    components: {
      schemas: componentSchemas(audience, currency),
      securitySchemes: { ApiKey: { type: "apiKey", in: "header", name: "x-api-key" } },
    },
  };
}

function componentSchemas(audience: Audience, currency: string): Record<string, object> {
  return toJsonSchemaDefs(
    { ...sharedSchemas(currency), ...(audience === "storefront" ? storefrontSchemas() : backOfficeSchemas(currency)) },
    {
      target: "openapi-3.0",
      typeMode: "input",
      ignoreActions: WITHOUT_JSON_SCHEMA,
      overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
      overrideSchema: ({ jsonSchema }) => tidy(jsonSchema),
      overrideAction: ({ valibotAction, jsonSchema }) => textRule(valibotAction, jsonSchema),
    },
  );
}

function sharedSchemas(currency: string) {
  const { orderCreated, cancelAccepted, health, problem } = responses;
  return {
    ...{ PlaceOrder: placeOrder(currency), ShippingAddress: shippingAddress, OrderCreated: orderCreated },
    ...{ CancelAccepted: cancelAccepted, Health: health, Problem: problem },
  };
}

function storefrontSchemas() {
  const { publicOrder, publicProduct, publicProductList } = responses;
  return { Order: publicOrder, PayOrder: payOrder, Product: publicProduct, ProductList: publicProductList };
}

function backOfficeSchemas(currency: string) {
  const { fullOrder, orderList, refund } = responses;
  const { fullProduct, fullProductList, booking, booked, bookingList } = responses;
  const byAmount = refundAmount(currency);
  return {
    ...{ Order: fullOrder, OrderList: orderList, UpdateOrderStatus: updateOrderStatus },
    ...{
      RefundAmount: byAmount,
      RefundItems: refundItems,
      RefundOrder: v.union([byAmount, refundItems]),
      Refund: refund,
    },
    ...{ Product: fullProduct, ProductList: fullProductList },
    ...{ PutProduct: putProduct(currency), PatchProduct: patchProduct(currency) },
    ...{ BookDelta: bookDelta, BookCount: bookCount, BookStock: bookStock },
    ...{ Booking: booking, Booked: booked, BookingList: bookingList },
  };
}

/** Merges the rules of `text` into one pattern: a JSON Schema can have only one. */
function textRule(
  { type, requirement }: { type: string; requirement?: unknown },
  schema: JsonSchema,
): JsonSchema | undefined {
  if (type === "regex" && requirement === VISIBLE_CHARACTER) return { ...schema, pattern: TEXT_PATTERN };
  return undefined;
}

/** OpenAPI 3.0 forbids an empty `required`; and `additionalProperties: false` is clearer than a schema that nothing matches. */
function tidy({ required, additionalProperties, ...schema }: JsonSchema): JsonSchema {
  return {
    ...schema,
    ...(required !== undefined && required.length > 0 && { required }),
    ...(additionalProperties !== undefined && { additionalProperties: false }),
  };
}
