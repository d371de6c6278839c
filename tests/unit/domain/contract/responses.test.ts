import { expect } from "chai";
import fc from "fast-check";
import * as v from "valibot";
import { toFullOrder, toOrderCreated, toOwnOrder, toPublicOrder } from "../../../../domain/contract/response-bodies.ts";
import { fullOrder, orderCreated, publicOrder } from "../../../../domain/contract/responses.ts";
import { statusEvent } from "../../../../domain/events.ts";
import { newOrder } from "../../../../domain/order.ts";
import type { PaymentEvent } from "../../../../domain/payment-event.ts";
import { priceOrder } from "../../../../domain/pricing.ts";
import { catalogue, order } from "../../../support/arbitraries.ts";

const ID = "01a1fdf8-a932-7460-b6a4-b3aa026b1f36";
const AT = "2026-01-15T10:30:00.000Z";
const placed = fc
  .tuple(order, catalogue, fc.constantFrom("USD", "JPY", "KWD"))
  .map(([{ totalAmount: _, ...request }, prices, currency]) =>
    newOrder(ID, AT, request, priceOrder(request, prices, currency)),
  );

describe("Responses", () => {
  it("match the contract's schemas", () => {
    fc.assert(
      fc.property(placed, (order) => {
        expect(v.is(orderCreated, toOrderCreated(order))).to.equal(true);
        expect(v.is(publicOrder, toPublicOrder(order))).to.equal(true);
        expect(toOwnOrder(order)).to.deep.equal(v.parse(publicOrder, toOwnOrder(order)));
        expect(toFullOrder(order)).to.deep.equal(v.parse(fullOrder, toFullOrder(order)));
      }),
    );
  });

  it("show personal data only to the back office and to the order's customer", () => {
    const secret = { customerEmail: "secret@example.com", customerName: "Secret", customerPhone: "+1secret" };
    const shippingAddress = { street: "Secret", city: "Secret", state: "Secret", zipCode: "Secret", country: "US" };
    const items = [{ productId: "PROD-001", quantity: 1 }];
    const request = { ...secret, shippingAddress, paymentMethod: "pm_secret", items };
    const order = newOrder(ID, AT, request, { lines: [], totalMinor: 0, currency: "USD" });

    const shown = JSON.stringify(toPublicOrder(order));

    expect(shown).not.to.match(/secret/i);
    for (const whole of [toFullOrder(order), toOwnOrder(order)])
      expect(Object.keys(whole)).to.include.members(Object.keys(request));
  });

  it("show customers their refunds, but not what staff wrote about them", () => {
    const order = newOrder(
      ID,
      AT,
      { customerEmail: "ada@example.com", items: [] },
      { lines: [], totalMinor: 900, currency: "USD" },
    );
    const event = { id: "", at: AT, source: "call" } as const;
    const events: PaymentEvent[] = [
      { ...event, kind: "CHARGE", objectId: "pi_1", state: "SUCCEEDED", amountMinor: 900 },
      {
        ...{ ...event, kind: "REFUND", objectId: "re_1", state: "SUCCEEDED", amountMinor: 400 },
        request: { reason: "Complains about everything", actor: "key:Eve" },
      },
    ];

    const { payment } = toOwnOrder(order, { status: "CHARGED", amountMinor: 900, events });

    expect(payment).to.deep.equal({
      ...{ status: "PAID", charged: 9, refunded: 4 },
      refunds: [{ refundId: "re_1", amount: 4, status: "SUCCEEDED", createdAt: AT }],
    });
  });

  it("show a new order as PENDING in its history and in an event of the same version", () => {
    fc.assert(
      fc.property(placed, (order) => {
        const event = statusEvent(order, "correlation");

        expect(order).to.include({ status: "PENDING", version: 1, createdAt: AT, updatedAt: AT });
        expect(order.history).to.deep.equal([{ status: "PENDING", at: AT }]);
        expect(event).to.include({ type: "OrderPlaced", orderId: ID, version: 1, at: AT, eventId: `${ID}.1` });
        expect(JSON.stringify(event)).not.to.include(order.customerEmail);
      }),
    );
  });
});
