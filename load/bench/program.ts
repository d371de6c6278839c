import { join } from "node:path";
import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "../../components/bundled-function.ts";
import { OrderApi } from "../../components/order-api.ts";
import orders from "../../index.ts";

/**
 * The order system and, beside it, the floor that it is compared with: a function that writes one item into its own table and
 * logs one line, behind a REST API with stage, key and usage plan like the system's own. The same API has the floor of lists, a
 * function that returns what one query finds.
 */
export default async function ordersWithFloor() {
  const outputs = await orders();
  const config = new pulumi.Config();
  const logRetentionDays = config.requireNumber("logRetentionDays");

  const table = new dynamodb.Table("floor-table", {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "pk",
    attributes: [{ name: "pk", type: "S" }],
  });
  const floor = new BundledFunction("floor", {
    entry: join(import.meta.dirname, "functions", "floor.ts"),
    environment: { FLOOR_TABLE: table.name },
    logRetentionDays,
  });
  floor.allow({ actions: ["dynamodb:PutItem"], resources: [table.arn] });
  const listFloor = new BundledFunction("list-floor", {
    entry: join(import.meta.dirname, "functions", "list-floor.ts"),
    environment: { ORDERS_TABLE: outputs.ordersTable },
    logRetentionDays,
  });
  const index = pulumi.interpolate`arn:aws:dynamodb:*:*:table/${outputs.ordersTable}/index/byCreation`;
  listFloor.allow({ actions: ["dynamodb:Query"], resources: [index] });
  const api = new OrderApi("floor", {
    audience: "storefront",
    handlers: {
      placeOrder: floor,
      getOrder: floor,
      cancelOrder: floor,
      payOrder: floor,
      listProducts: listFloor,
      getProduct: floor,
    },
    throttleRate: config.requireNumber("throttleRate"),
    throttleBurst: config.requireNumber("throttleBurst"),
    logRetentionDays,
  });

  return { ...outputs, floorUrl: api.url, floorKey: api.key };
}
