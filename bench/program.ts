import { join } from "node:path";
import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import { BundledFunction } from "../components/bundled-function.ts";
import { OrderApi } from "../components/order-api.ts";
import orders from "../index.ts";

/**
 * The order system, and beside it the floor that it is measured against: a function that writes one item into a table of
 * its own and logs one line, behind a REST API with stage, key and usage plan just as the system's own.
 */
export default async function ordersWithFloor() {
  const outputs = await orders();

  const table = new dynamodb.Table("floor-table", {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "pk",
    attributes: [{ name: "pk", type: "S" }],
  });
  const floor = new BundledFunction("floor", {
    entry: join(import.meta.dirname, "functions", "floor.ts"),
    environment: { FLOOR_TABLE: table.name },
  });
  floor.allow({ actions: ["dynamodb:PutItem"], resources: [table.arn] });
  const api = new OrderApi("floor", {
    audience: "storefront",
    handlers: { placeOrder: floor, getOrder: floor, listProducts: floor },
  });

  return { ...outputs, floorUrl: api.url, floorKey: api.key };
}
