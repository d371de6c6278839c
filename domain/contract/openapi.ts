import { type JsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type { Audience } from "../audience.ts";
import { type OpenApiOperation, operations } from "./openapi-operations.ts";
import { placeOrder, shippingAddress } from "./order-request.ts";
import * as answers from "./responses.ts";
import { putProduct, updateOrderStatus } from "./schemas.ts";
import { TEXT_PATTERN } from "./text-pattern.ts";

/** An OpenAPI 3.0 document, as far as the API uses the format. */
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

/** Rules that JSON Schema has no words for: they are in the descriptions, or in the metadata beside them. */
const WITHOUT_JSON_SCHEMA = ["check", "raw_check"];

/**
 * The contract of one instance of the API, for people and clients: plain OpenAPI 3.0.3, made from the schemas that the
 * handlers check requests with.
 */
export function openApiDocument(audience: Audience): OpenApiDocument {
  return {
    openapi: "3.0.3",
    info: {
      title: TITLES[audience],
      version: "1.0.0",
      description:
        "Places and shows orders, and maintains the catalogue. Errors are problem details (RFC 9457), identified by their `type`.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    security: [{ ApiKey: [] }],
    paths: operations(audience),
    components: {
      schemas: componentSchemas(audience),
      securitySchemes: { ApiKey: { type: "apiKey", in: "header", name: "x-api-key" } },
    },
  };
}

function componentSchemas(audience: Audience): Record<string, object> {
  const { orderCreated, publicOrder, fullOrder, cancelAccepted, orderList, product, productList, health, problem } =
    answers;
  const shared = { PlaceOrder: placeOrder, ShippingAddress: shippingAddress, OrderCreated: orderCreated };
  const catalogue = { Product: product, ProductList: productList, Health: health, Problem: problem };
  const changes = { UpdateOrderStatus: updateOrderStatus, CancelAccepted: cancelAccepted, PutProduct: putProduct };
  return toJsonSchemaDefs(
    audience === "storefront"
      ? { ...shared, Order: publicOrder, ...catalogue }
      : { ...shared, Order: fullOrder, OrderList: orderList, ...changes, ...catalogue },
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

/** All that texts may be, their length aside, is one pattern: of several, JSON Schema would take the last. */
function textRule(
  { type, requirement }: { type: string; requirement?: unknown },
  schema: JsonSchema,
): JsonSchema | undefined {
  if (type === "regex" && String(requirement) === "/\\S/") return { ...schema, pattern: TEXT_PATTERN };
  return undefined;
}

/** OpenAPI 3.0 takes no empty `required`, and a plain false says "no other fields" better than a schema of nothing. */
function tidy({ required, additionalProperties, ...schema }: JsonSchema): JsonSchema {
  return {
    ...schema,
    ...(required !== undefined && required.length > 0 && { required }),
    ...(additionalProperties !== undefined && { additionalProperties: false }),
  };
}
