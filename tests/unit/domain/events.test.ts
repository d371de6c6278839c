import { expect } from "chai";
import fc from "fast-check";
import { readEvent, statusEvent, toEvent } from "../../../domain/events.ts";
import { newOrder } from "../../../domain/order.ts";
import { orderIdOf } from "../../support/sqs-records.ts";

const REQUEST = { customerEmail: "jo@example.com", items: [] };
const ORDER = newOrder(orderIdOf("a"), "2030-01-01T00:00:00.000Z", REQUEST, {
  lines: [],
  totalMinor: 0,
  currency: "USD",
});

describe("Events", () => {
  it("can be serialised and parsed", () => {
    const event = statusEvent({ ...ORDER, status: "FAILED", failureReason: "OUT_OF_STOCK", customerId: "C" }, "trace");

    expect(event).to.include({ type: "OrderFailed", reason: "OUT_OF_STOCK", version: 1, correlationId: "trace" });
    expect(readEvent(JSON.stringify(event))).to.deep.equal(event);
  });

  it("are distinguished from any other value", () => {
    expect(readEvent("{")).to.equal(undefined);
    expect(readEvent("{}")).to.equal(undefined);
    expect(toEvent({ ...statusEvent(ORDER, "trace"), type: "OrderEaten" })).to.equal(undefined);
    fc.assert(fc.property(fc.anything(), (value) => toEvent(value) === undefined));
  });
});
