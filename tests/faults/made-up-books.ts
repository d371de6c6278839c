import { toFullOrder, toOrderCreated } from "../../domain/contract/responses.ts";
import { cancelRequested, type OrderEvent, statusEvent } from "../../domain/events.ts";
import { mail, mailKind, sms } from "../../domain/mails.ts";
import { newOrder, type Order } from "../../domain/order.ts";
import { applyChange, type OrderChange } from "../../domain/order-change.ts";
import type { OrderStory } from "../support/fulfilment.ts";
import type { CampaignBooks, Claim, Outcome, Placed } from "./books.ts";

const AT = "2026-01-15T10:30:00.000Z";
/** Orders' ids begin with it, and end with their number. */
export const ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f3";
const FULFILLED: OrderChange[] = [{ status: "PROCESSING" }, { status: "COMPLETED" }];

/** One customer's order, and all that there is of it when nothing is left to do. */
interface Life {
  placed: Placed;
  story: OrderStory;
}

/** An order for two pieces at 10 dollars, with a key and a phone, and what it went through. */
function life(number: number, changes: OrderChange[], paymentMethod = "pm_card_visa"): Life {
  const customerId = `customer-${number}`;
  const body = {
    customerId,
    customerEmail: `${customerId}@example.com`,
    customerPhone: `+1415555000${number}`,
    items: [{ productId: "PLENTY-0", quantity: 2 }],
    paymentMethod,
  };
  const line = { productId: "PLENTY-0", quantity: 2, name: "Plenty", unitPriceMinor: 1_000 };
  let order: Order = newOrder(`${ID}${number}`, AT, body, { lines: [line], totalMinor: 2_000 });
  const created = toOrderCreated(order);
  const events: OrderEvent[] = [statusEvent(order, "test")];
  for (const change of changes) {
    order = applyChange(order, change, AT);
    events.push("status" in change ? statusEvent(order, "test") : cancelRequested(order, "test"));
  }
  const isKept = ["COMPLETED", "SHIPPED"].includes(order.status);
  const wasCharged = order.history.some(({ status }) => status === "COMPLETED");
  const story: OrderStory = {
    order,
    reservation: { status: isKept ? "RESERVED" : "RELEASED" },
    payment: isKept
      ? { status: "CHARGED", amountMinor: 2_000 }
      : { status: "VOIDED", amountMinor: 2_000, refundedMinor: wasCharged ? 2_000 : 0 },
    events,
    charge: { tries: 1, charges: wasCharged ? 1 : 0, refunds: wasCharged && !isKept ? 1 : 0 },
  };
  const outcomes: Outcome[] = [
    { status: 0, body: undefined, isReplay: false },
    { status: 201, body: created, isReplay: false },
    { status: 201, body: created, isReplay: true },
  ];
  return { placed: { body, key: `key ${number}`, isCalm: wasCharged, outcomes, reuses: [] }, story };
}

/** The books of three orders: one fulfilled and shipped, one cancelled once it was completed, one declined. */
export function goodBooks(): CampaignBooks {
  const lives = [
    life(0, [...FULFILLED, { status: "SHIPPED" }]),
    life(1, [...FULFILLED, { cancelRequested: true }, { status: "CANCELLED" }]),
    life(
      2,
      [{ status: "PROCESSING" }, { status: "FAILED", failureReason: "PAYMENT_DECLINED" }],
      "pm_card_chargeDeclined",
    ),
  ];
  const stories = lives.map(({ story }) => story);
  const kinds = stories.flatMap(({ order, events }) =>
    events.flatMap((event) => {
      const kind = mailKind(event.type);
      return kind ? [{ order, kind, reason: event.reason }] : [];
    }),
  );
  const claim = (order: Order, message: string): Claim => ({ orderId: order.orderId, message, status: "SENT" });
  return {
    placed: lives.map(({ placed }) => placed),
    wishes: [
      { orderId: `${ID}0`, status: "SHIPPED", answers: [409, 0, 200] },
      { orderId: `${ID}0`, status: "CANCELLED", answers: [409, 409] },
      { orderId: `${ID}1`, status: "CANCELLED", answers: [503, 202] },
      { orderId: `${ID}2`, status: "CANCELLED", answers: [0] },
    ],
    repricings: [200, 503, 0],
    prices: { "PLENTY-0": [10] },
    orders: stories.map(({ order }) => toFullOrder(order)),
    stories: new Map(stories.map((story) => [story.order.orderId, story])),
    records: stories.flatMap(({ order: { orderId } }) => [
      { pk: `ORDER#${orderId}`, sk: "ORDER" },
      { pk: `GATEWAY#${orderId}`, sk: "CHARGE" },
    ]),
    claims: kinds.flatMap(({ order, kind }) => [claim(order, `MAIL#${kind}`), claim(order, `SMS#${kind}`)]),
    taken: { "PLENTY-0": 2 },
    heard: stories.flatMap(({ events }) => [...events, ...events].reverse()),
    mails: kinds.map(({ order, kind, reason }) => mail(kind, order, reason).subject),
    texts: kinds.map(({ order, kind, reason }) => sms(kind, order, reason)),
    deadLetters: [],
  };
}
