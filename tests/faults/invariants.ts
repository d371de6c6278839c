import { type OrderEvent, readEvent } from "../../domain/events.ts";
import { fromMinor } from "../../domain/money.ts";
import { needsWork } from "../../domain/order.ts";
import { PROBLEMS } from "../../domain/problem.ts";
import { failuresIn, type RunOutcome } from "../../load/run-outcome.ts";
import { expectConsistent } from "../support/order-invariants.ts";
import type { OrderRecords } from "../support/table.ts";
import { checkNotifications, mailNameOf } from "./notification-invariants.ts";
import type { ObservedState, OrderResponse, PlacedOrder } from "./observed-state.ts";
import { checkFailureReason, checkRefunds } from "./payment-invariants.ts";
import { checkReferences } from "./references.ts";

/** Checks the system's guarantees. @returns Every broken invariant, as a sentence. */
export function brokenInvariants(state: ObservedState): string[] {
  return [
    ...state.placed.flatMap((placed) => checkResponses(placed, state)),
    ...checkStatuses(state),
    ...checkReferences(state),
    ...checkFaultFreeOrders(state),
    ...[...state.records.values()].flatMap((records) => [
      ...checkConsistency(records),
      ...checkFailureReason(records, state),
      ...checkRefunds(records, state),
      ...checkPrices(records, state),
      ...checkEvents(records, state),
      ...checkNotifications(records, state),
    ]),
    ...checkStatusRequests(state),
    ...checkOrderList(state),
    ...checkSums(state),
    ...checkDeadLetters(state),
  ];
}

/** One key, one order, one response. */
function checkResponses({ body, key, responses, keyReuses }: PlacedOrder, { orders }: ObservedState): string[] {
  const { customerId } = body;
  const own = orders.filter((order) => order.customerId === customerId).map(({ orderId }) => orderId);
  const accepted = responses.filter(({ status }) => status === 201);
  const ids = new Set(accepted.map(({ body }) => body.orderId));
  const broken: string[] = [];
  for (const id of ids) if (!own.includes(id)) broken.push(`The accepted order ${id} of ${customerId} is lost.`);
  const mayBeSoldOut = body.items.some(({ productId }) => productId === "SCARCE");
  const isSoldOut = ({ status, body }: OrderResponse) =>
    mayBeSoldOut && status === 422 && body.type === PROBLEMS["out-of-stock"].type;
  const refused = responses.find(
    (response) => response.status >= 400 && response.status < 500 && response.status !== 409 && !isSoldOut(response),
  );
  if (refused) broken.push(`A valid order of ${customerId} was refused with ${refused.status}.`);
  if (keyReuses.some(({ status }) => status < 400 && status !== 0))
    broken.push(`The key of ${customerId} was accepted with another body.`);
  if (key === undefined) {
    if (ids.size < accepted.length) broken.push(`Two requests of ${customerId} without a key placed one order.`);
    if (own.length > responses.length)
      broken.push(`${customerId} has ${own.length} orders after ${responses.length} requests.`);
    return broken;
  }
  if (own.length > 1) broken.push(`${customerId} has ${own.length} orders for one key.`);
  const last = responses.at(-1);
  const isFinal = last && (last.status === 201 || (own.length === 0 && isSoldOut(last)));
  if (!isFinal) broken.push(`${customerId} got no order after several attempts, but ${describeResponse(last)}.`);
  if (new Set(accepted.map(({ body }) => JSON.stringify(body))).size > 1)
    broken.push(`${customerId} got different responses for one key.`);
  if (accepted.filter(({ isReplay }) => !isReplay).length > 1)
    broken.push(`${customerId} got two first responses for one key.`);
  return broken;
}

function describeResponse(response: OrderResponse | undefined): string {
  return response ? `${response.status} ${JSON.stringify(response.body ?? null)}` : "nothing";
}

/** No request fails unexpectedly, and no valid price is refused. */
function checkStatuses({ placed, statusRequests, payments, refunds, priceChanges }: ObservedState): string[] {
  const statuses = [
    ...placed.flatMap(({ responses, keyReuses }) => [...responses, ...keyReuses]).map(({ status }) => status),
    ...[...statusRequests, ...payments, ...refunds].flatMap(({ responses }) => responses),
    ...priceChanges,
  ];
  const refused = priceChanges.filter((status) => status >= 400 && status < 500);
  return [
    ...statuses.filter((status) => status === 500).map(() => "A request returned 500."),
    ...refused.map((status) => `A price change was refused with ${status}.`),
  ];
}

/** Without faults, every valid order is completed. */
function checkFaultFreeOrders({ placed, orders }: ObservedState): string[] {
  return placed
    .filter(({ isFaultFree }) => isFaultFree)
    .flatMap(({ body: { customerId } }) => {
      const own = orders.filter((order) => order.customerId === customerId);
      return own.some(({ history }) => history.some(({ status }) => status === "COMPLETED"))
        ? []
        : [`The order of ${customerId} was not completed, although there were no faults.`];
    });
}

function checkConsistency(records: OrderRecords): string[] {
  try {
    expectConsistent(records);
    return [];
  } catch (error) {
    return [`The order ${records.order.orderId} is inconsistent: ${(error as Error).message}.`];
  }
}

function checkPrices({ order }: OrderRecords, { prices }: ObservedState): string[] {
  const wrong = order.items.filter(
    ({ productId, unitPriceMinor }) => !prices[productId]?.includes(fromMinor(unitPriceMinor, order.currency)),
  );
  return wrong.map(({ productId }) => `The order ${order.orderId} has a price that ${productId} never had.`);
}

/** Every stored event is published at least once, unchanged, and no other. */
function checkEvents({ order, events }: OrderRecords, { events: delivered }: ObservedState): string[] {
  const own = delivered.filter(({ orderId }) => orderId === order.orderId);
  const published = new Set(own.map(({ eventId }) => eventId));
  const stored = new Map(events.map((event) => [event.eventId, JSON.stringify(sorted(event))]));
  return [
    ...events
      .filter(({ eventId }) => !published.has(eventId))
      .map(({ eventId, type }) => `The event ${eventId}, ${type}, was never published.`),
    ...own
      .filter((event) => stored.get(event.eventId) !== JSON.stringify(sorted(event)))
      .map(({ eventId, type }) => `The published event ${eventId}, ${type}, differs from what happened.`),
  ];
}

function sorted(event: OrderEvent) {
  return Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Accepted requests of the back office take effect, and no order is cancelled or shipped without a request. */
function checkStatusRequests({ statusRequests, records }: ObservedState): string[] {
  const unfulfilled = statusRequests.flatMap(({ orderId, status, responses }) => {
    const actual = records.get(orderId)?.order.status;
    const isAccepted = responses.includes(status === "CANCELLED" ? 202 : 200);
    return isAccepted && actual !== status ? [`The order ${orderId} should be ${status}, but is ${actual}.`] : [];
  });
  const unrequested = [...records.values()].flatMap(({ order: { orderId, status } }) => {
    if (status !== "CANCELLED" && status !== "SHIPPED") return [];
    const isRequested = statusRequests.some((request) => request.orderId === orderId && request.status === status);
    return isRequested ? [] : [`The order ${orderId} is ${status}, which was not requested.`];
  });
  return [...unfulfilled, ...unrequested];
}

/** The API's list agrees with the table. */
function checkOrderList({ orders, records }: ObservedState): string[] {
  const listed = new Map(orders.map((order) => [order.orderId, order]));
  return [...records.values()].flatMap(({ order: { orderId, status, totalMinor, currency } }) => {
    const entry = listed.get(orderId);
    if (!entry) return [`The back office's list lacks the order ${orderId}.`];
    return entry.status === status && entry.totalAmount === fromMinor(totalMinor, currency)
      ? []
      : [`The back office's list has the order ${orderId} as ${entry.status}, but it is ${status}.`];
  });
}

/** Stock and money add up, as in the load test. */
function checkSums({ placed, orders, records, unitsTaken }: ObservedState): string[] {
  const responses = placed.flatMap(({ responses }) => responses);
  const accepted = new Set(responses.filter(({ status }) => status === 201).map(({ body }) => body.orderId)).size;
  const outcome: RunOutcome = {
    sent: responses.length,
    accepted,
    // Replays and refusals place no order; requests without a response may have.
    refused: responses.filter(({ status }) => status >= 200 && status < 500).length - accepted,
    orders,
    paid: new Map(
      [...records].map(([id, { order, charge }]) => [id, (charge.charges - charge.refunds) * order.totalMinor]),
    ),
    taken: unitsTaken,
  };
  return failuresIn(outcome);
}

/**
 * Every dead letter is explained: the sweeper starts workflows whose message failed, and failed emails are checked above.
 * Events must all be published. As a round sends only valid messages, none may be rejected with a reason, but for emails that
 * nobody knows the outcome of.
 */
function checkDeadLetters({ deadLetters, records, notifications }: ObservedState): string[] {
  return deadLetters.flatMap(({ queue, body, reason }) => {
    if (queue === "unpublished") return [`An event is in the failure queue: ${body}.`];
    const event = readEvent(body);
    const isUnknown = notifications.some(
      ({ orderId, message, status }) =>
        status === "UNKNOWN" && orderId === event?.orderId && message === `MAIL#${mailNameOf(event)}`,
    );
    if (reason !== undefined && !(queue === "customers" && isUnknown))
      return [`A message of the queue ${queue} was rejected, "${reason}": ${body}.`];
    const order = event && records.get(event.orderId)?.order;
    if (!order) return [`A dead letter of the queue ${queue} has no known order: ${body}.`];
    if (queue === "order" && needsWork(order)) return [`The order ${order.orderId} was abandoned.`];
    return [];
  });
}
