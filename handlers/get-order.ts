import type { Viewer } from "../domain/audience.ts";
import { toFullOrder, toOwnOrder, toPublicOrder } from "../domain/contract/response-bodies.ts";
import { readFulfilment } from "../store/fulfilment.ts";
import { db } from "./lib/db.ts";
import { endpoint } from "./lib/endpoint.ts";
import { orderIdIn, throwNotFound } from "./lib/order-in-path.ts";
import { viewerOf } from "./lib/order-token.ts";

const VIEWS = { backoffice: toFullOrder, customer: toOwnOrder, anyone: toPublicOrder } satisfies Record<Viewer, object>;

/** Shows an order: in full to the back office and to its customer, and without personal data to anyone else. */
export const handler = endpoint("GET /orders/{orderId}", async (request) => {
  const orderId = orderIdIn(request);
  const viewer = await viewerOf(request, orderId);
  const { order, payment } = await readFulfilment(db, orderId).catch(throwNotFound);
  return { status: 200, body: VIEWS[viewer](order, payment), orderId, outcome: "found" };
});
