import { expect } from "chai";
import { describe, it } from "mocha";
import type { RefundEvent } from "../../../domain/payment-event.ts";
import { brokenInvariants } from "../../faults/invariants.ts";
import type { NotificationRecord, ObservedState } from "../../faults/observed-state.ts";
import { ID, validState } from "./fixtures.ts";
import { eventJson, itDetects, mutated, placedOf, recordsOf, responseOf } from "./mutations.ts";

/** A refund of 50 cents. */
const REFUND: RefundEvent = {
  ...{ id: "r1.SUCCEEDED", kind: "REFUND", objectId: "r1", state: "SUCCEEDED", amountMinor: 50 },
  ...{ at: "2026-01-15T10:30:00.000Z", source: "call", request: { reason: "Scratched", actor: "key:1" } },
};

describe("The campaign's invariants", () => {
  it("hold in a valid state", () => {
    expect(brokenInvariants(validState())).to.deep.equal([]);
  });

  const allowed: Record<string, (state: ObservedState) => void> = {
    "an email that was sent twice": (state) => {
      state.mails.push(state.mails[0] as string);
    },
    "an email of unknown outcome, if a dead letter says so": (state) => {
      state.mails.shift();
      Object.assign(state.notifications[0] as NotificationRecord, { status: "UNKNOWN" });
      state.deadLetters.push({ queue: "customers", body: eventJson(state, 0, 0), reason: "Nobody knows." });
    },
    "a text message of unknown outcome": (state) => {
      state.texts.shift();
      const sms = state.notifications.find(({ message }) => message.startsWith("SMS#"));
      Object.assign(sms as NotificationRecord, { status: "UNKNOWN" });
    },
    "an email whose event is a dead letter": (state) => {
      state.mails.shift();
      state.notifications.shift();
      state.deadLetters.push({ queue: "customers", body: eventJson(state, 0, 0), reason: undefined });
    },
    "a dead letter of the order queue, once the sweeper has started the workflow": (state) => {
      state.deadLetters.push({ queue: "order", body: eventJson(state, 0, 0), reason: undefined });
    },
    "an order without a key whose response was lost": (state) => {
      Object.assign(placedOf(state, 2), { key: undefined, responses: [{ status: 0, isReplay: false }] });
    },
  };
  for (const [what, mutate] of Object.entries(allowed)) {
    it(`allow ${what}`, () => {
      expect(brokenInvariants(mutated(mutate))).to.deep.equal([]);
    });
  }

  itDetects([
    [
      /accepted order .* of customer-0 is lost/,
      "a lost order",
      (state) => {
        state.orders.shift();
        state.records = new Map([...state.records].slice(1));
      },
    ],
    [
      /customer-1 has 2 orders for one key/,
      "two orders for one key",
      (state) => {
        state.orders.push({ ...(state.orders[1] as (typeof state.orders)[number]), orderId: `${ID}9` });
      },
    ],
    [
      /customer-0 got different responses for one key/,
      "a replay that differs from the first response",
      (state) => {
        responseOf(state, 0, 2).body = { ...responseOf(state, 0, 2).body, totalAmount: 1 };
      },
    ],
    [
      /customer-0 got two first responses for one key/,
      "a second response that is not a replay",
      (state) => {
        responseOf(state, 0, 2).isReplay = false;
      },
    ],
    [
      /customer-0 got no order after several attempts/,
      "a request that never succeeds",
      (state) => {
        placedOf(state, 0).responses.push({ status: 503, body: {}, isReplay: false });
      },
    ],
    [
      /A valid order of customer-0 was refused with 422/,
      "a valid order that is refused",
      (state) => {
        placedOf(state, 0).responses.unshift({ status: 422, body: {}, isReplay: false });
      },
    ],
    [
      /key of customer-0 was accepted with another body/,
      "a key that is accepted for another order",
      (state) => {
        placedOf(state, 0).keyReuses.push({ status: 201, body: {}, isReplay: false });
      },
    ],
    [
      /No customer placed the order/,
      "an order that nobody placed",
      (state) => {
        state.placed.pop();
      },
    ],
    [
      /A request returned 500/,
      "an order request that returns 500",
      (state) => {
        placedOf(state, 0).responses.unshift({ status: 500, body: {}, isReplay: false });
      },
    ],
    [
      /A request returned 500/,
      "a cancellation or shipment that returns 500",
      (state) => {
        state.statusRequests[0]?.responses.unshift(500);
      },
    ],
    [
      /A request returned 500/,
      "a price change that returns 500",
      (state) => {
        state.priceChanges.push(500);
      },
    ],
    [
      /A price change was refused with 409/,
      "a price change that is refused",
      (state) => {
        state.priceChanges.push(409);
      },
    ],
    [
      /is inconsistent: the order is PROCESSING/,
      "an order that is not final",
      (state) => {
        recordsOf(state, 0).order.status = "PROCESSING";
      },
    ],
    [
      /is inconsistent: expected \[ 2, \+0 \]/,
      "a second charge",
      (state) => {
        recordsOf(state, 0).charge.charges = 2;
      },
    ],
    [
      /is inconsistent: expected \+0 to equal 1/,
      "a missing refund",
      (state) => {
        recordsOf(state, 1).charge.refunds = 0;
      },
    ],
    [
      /is inconsistent: expected \[ 'RESERVED', 'VOIDED' \]/,
      "stock that was not released",
      (state) => {
        recordsOf(state, 1).reservation = { status: "RESERVED" };
      },
    ],
    [
      /4 units of PLENTY-0 were taken from the stock, but .* have 2/,
      "missing stock",
      (state) => {
        state.unitsTaken = { "PLENTY-0": 4 };
      },
    ],
    [
      /were not charged what they should have been/,
      "a charge for a failed order",
      (state) => {
        Object.assign(recordsOf(state, 2).charge, { charges: 1 });
      },
    ],
    [
      /failed with OUT_OF_STOCK, which is not possible for it/,
      "an order that fails for an impossible reason",
      (state) => {
        recordsOf(state, 2).order.failureReason = "OUT_OF_STOCK";
      },
    ],
    [
      /order of customer-2 was not completed, although there were no faults/,
      "an order that was declined without faults, though it is valid",
      (state) => {
        placedOf(state, 2).isFaultFree = true;
      },
    ],
    ...(["UNAVAILABLE", "INTERNAL"] as const).map((reason): [RegExp, string, (state: ObservedState) => void] => [
      new RegExp(`failed with ${reason}, which is not possible for it`),
      `an order that faults made fail as ${reason}`,
      (state) => {
        recordsOf(state, 2).order.failureReason = reason;
      },
    ]),
    [
      /The refund of 100 cents of .* was not made exactly once/,
      "a refund that was accepted and never made",
      (state) => {
        state.refunds[0]?.responses.push(202);
      },
    ],
    [
      /The refund of 50 cents of .* was not requested/,
      "a refund that nobody asked for",
      (state) => {
        Object.assign(recordsOf(state, 0).payment ?? {}, { events: [REFUND] });
      },
    ],
    [
      /The provider refunded something else of .* than its ledger says/,
      "a refund that the provider made twice",
      (state) => {
        Object.assign(recordsOf(state, 0).charge, { refundedMinor: 100 });
      },
    ],
    [
      /was completed with pm_card_chargeDeclined/,
      "a declined card that is charged",
      (state) => {
        recordsOf(state, 0).order.paymentMethod = "pm_card_chargeDeclined";
      },
    ],
    [
      /has a price that PLENTY-0 never had/,
      "a price that the product never had",
      (state) => {
        state.prices = { "PLENTY-0": [11] };
      },
    ],
    [
      /is inconsistent: expected \[ 1, 2, 4 \]/,
      "a missing event version",
      (state) => {
        recordsOf(state, 0).events.splice(2, 1);
      },
    ],
    [
      /should be CANCELLED, but is SHIPPED/,
      "an accepted cancellation without effect",
      (state) => {
        state.statusRequests[1]?.responses.push(202);
      },
    ],
    [
      /is CANCELLED, which was not requested/,
      "a cancellation that was not requested",
      (state) => {
        state.statusRequests.splice(2, 1);
      },
    ],
    [
      /list has the order .* as PENDING, but it is SHIPPED/,
      "an outdated order list",
      (state) => {
        Object.assign(state.orders[0] as object, { status: "PENDING" });
      },
    ],
  ]);
});
