import { toFullOrder, toOrderCreated } from "../../../domain/contract/response-bodies.ts";
import { changeEvent, type OrderEvent, statusEvent } from "../../../domain/events.ts";
import { mailKind, textedPhone } from "../../../domain/mails.ts";
import { newOrder, type Order } from "../../../domain/order.ts";
import { applyChange, type OrderChange } from "../../../domain/order-change.ts";
import { sms } from "../../../mails/render.ts";
import { wordsOf } from "../../../mails/view.ts";
import type { NotificationRecord, ObservedState, OrderResponse, PlacedOrder } from "../../faults/observed-state.ts";
import type { OrderRecords } from "../../support/table.ts";

const AT = "2026-01-15T10:30:00.000Z";
/** The beginning of all order ids. The order's number follows. */
export const ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f3";
const COMPLETED: OrderChange[] = [{ status: "PROCESSING" }, { status: "COMPLETED" }];

/** A customer's order, with consistent records. */
interface OrderFixture {
  placed: PlacedOrder;
  records: OrderRecords;
}

/** An order for two units at 10 dollars, by a customer with a key and a phone, after some changes. */
function orderFixture(number: number, changes: OrderChange[], paymentMethod = "pm_card_visa"): OrderFixture {
  const customerId = `customer-${number}`;
  const body = {
    customerId,
    customerEmail: `${customerId}@example.com`,
    customerPhone: `+1415555000${number}`,
    smsUpdates: true,
    items: [{ productId: "PLENTY-0", quantity: 2 }],
    paymentMethod,
  };
  const line = { productId: "PLENTY-0", quantity: 2, name: "Plenty", unitPriceMinor: 1_000 };
  let order: Order = newOrder(`${ID}${number}`, AT, body, { lines: [line], totalMinor: 2_000, currency: "USD" });
  const created = toOrderCreated(order);
  const events: OrderEvent[] = [statusEvent(order, "test")];
  for (const change of changes) {
    order = applyChange(order, change, AT);
    events.push(changeEvent(order, change, "test"));
  }
  const isKept = ["COMPLETED", "SHIPPED"].includes(order.status);
  const wasCharged = order.history.some(({ status }) => status === "COMPLETED");
  const records: OrderRecords = {
    order,
    reservation: { status: isKept ? "RESERVED" : "RELEASED" },
    payment: isKept
      ? { status: "CHARGED", amountMinor: 2_000 }
      : { status: "VOIDED", amountMinor: 2_000, refundedMinor: wasCharged ? 2_000 : 0 },
    events,
    charge: { tries: 1, charges: wasCharged ? 1 : 0, refunds: wasCharged && !isKept ? 1 : 0 },
  };
  const responses: OrderResponse[] = [
    { status: 0, body: undefined, isReplay: false },
    { status: 201, body: created, isReplay: false },
    { status: 201, body: created, isReplay: true },
  ];
  return {
    placed: { body, at: "storefront", key: `key ${number}`, isFaultFree: wasCharged, responses, keyReuses: [] },
    records,
  };
}

/** A state that breaks no invariant, with three orders: one shipped, one cancelled after completion, one declined. */
export function validState(): ObservedState {
  const fixtures = [
    orderFixture(0, [...COMPLETED, { status: "SHIPPED" }]),
    orderFixture(1, [...COMPLETED, { cancelRequested: true }, { status: "CANCELLED" }]),
    orderFixture(
      2,
      [{ status: "PROCESSING" }, { status: "FAILED", failureReason: "PAYMENT_DECLINED" }],
      "pm_card_chargeDeclined",
    ),
  ];
  const all = fixtures.map(({ records }) => records);
  const sent = all.flatMap(({ order, events }) =>
    events.flatMap((event) => {
      const kind = mailKind(event.type);
      return kind ? [{ order, kind, event }] : [];
    }),
  );
  const notification = ({ orderId }: Order, message: string): NotificationRecord => ({
    orderId,
    message,
    status: "SENT",
  });
  return {
    placed: fixtures.map(({ placed }) => placed),
    statusRequests: [
      { orderId: `${ID}0`, status: "SHIPPED", responses: [409, 0, 200] },
      { orderId: `${ID}0`, status: "CANCELLED", responses: [409, 409] },
      { orderId: `${ID}1`, status: "CANCELLED", responses: [503, 202] },
      { orderId: `${ID}2`, status: "CANCELLED", responses: [0] },
    ],
    payments: [{ orderId: `${ID}2`, paymentMethod: "pm_simulated_bank_refused", responses: [503, 202] }],
    refunds: [{ orderId: `${ID}0`, amountMinor: 100, responses: [409, 0, 503] }],
    priceChanges: [200, 503, 0],
    prices: { "PLENTY-0": [10] },
    orders: all.map(({ order }) => toFullOrder(order)),
    records: new Map(all.map((records) => [records.order.orderId, records])),
    itemKeys: all.flatMap(({ order: { orderId } }) => [
      { pk: `ORDER#${orderId}`, sk: "ORDER" },
      { pk: `GATEWAY#${orderId}`, sk: "CHARGE" },
    ]),
    notifications: sent.flatMap(({ order, kind }) => [
      notification(order, `MAIL#${kind}`),
      ...(textedPhone(kind, order) ? [notification(order, `SMS#${kind}`)] : []),
    ]),
    unitsTaken: { "PLENTY-0": 2 },
    events: all.flatMap(({ events }) => [...events, ...events].reverse()),
    mails: sent.map(({ order, kind, event }) => wordsOf(kind, { order, event }).subject),
    texts: sent.flatMap(({ order, kind, event }) => (textedPhone(kind, order) ? sms(kind, { order, event }) : [])),
    deadLetters: [],
  };
}
