import { toFullOrder } from "../domain/contract/response-bodies.ts";
import type { OrderList } from "../domain/contract/responses.ts";
import { orderQuery } from "../domain/contract/schemas.ts";
import { type Listing, signCursor } from "../domain/cursor.ts";
import { listOrders } from "../store/orders.ts";
import { positionOf } from "./lib/cursors.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { signingSecrets } from "./lib/signing-secrets.ts";

/** Lists orders, newest first: all of them, or by status, by customer, or by both. */
export const handler = endpoint("GET /orders", async (request) => {
  const { limit, cursor, ...filter } = request.query(orderQuery);
  const listing: Listing = { kind: "orders", filter };
  const after = cursor === undefined ? "" : await positionOf(cursor, listing);
  const secrets = await signingSecrets();

  const { orders, last } = await listOrders(db, filter, limit, after);
  const body: OrderList = {
    orders: orders.map((order) => toFullOrder(order)),
    count: orders.length,
    filter,
    ...(last !== undefined && { nextCursor: signCursor(last, listing, secrets) }),
  };
  return { status: 200, body, outcome: "listed" };
});
