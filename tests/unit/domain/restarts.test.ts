import { expect } from "chai";
import fc from "fast-check";
import { newOrder, type Order } from "../../../domain/order.ts";
import { isOverdue, isStuck, nextRestartAt } from "../../../domain/restarts.ts";

const HOUR_MS = 3_600_000;
const PLACED = Date.parse("2030-01-01T00:00:00.000Z");
const ORDER = newOrder(
  "an order",
  new Date(PLACED).toISOString(),
  { customerEmail: "jo@example.com", items: [] },
  { lines: [], totalMinor: 0, currency: "USD" },
);

const patience = fc.record({
  stuckAfterMs: fc.integer({ min: 0, max: 86_400_000 }),
  deadlineMs: fc.integer({ min: 1, max: 720 }).map((hours) => hours * HOUR_MS),
});
/** An order with its last progress and restart, in milliseconds after it was placed. */
const orders = fc
  .record({
    updated: fc.integer({ min: 0, max: 100 * HOUR_MS }),
    redriven: fc.option(fc.integer({ min: 0, max: 100 * HOUR_MS })),
    redrives: fc.integer({ min: 1, max: 1_000 }),
  })
  .map(({ updated, redriven, redrives }) => ({
    ...ORDER,
    updatedAt: new Date(PLACED + updated).toISOString(),
    ...(redriven !== null && { redrives, redrivenAt: new Date(PLACED + redriven).toISOString() }),
  }));

const lastOf = ({ updatedAt, redrivenAt = updatedAt }: { updatedAt: string; redrivenAt?: string }) =>
  Math.max(Date.parse(updatedAt), Date.parse(redrivenAt));

describe("Restarting an order that makes no progress", () => {
  it("waits at least as long as an order may be quiet, and never more than an hour longer than that", () => {
    fc.assert(
      fc.property(orders, patience, (order, patience) => {
        const wait = nextRestartAt(order, patience) - lastOf(order);

        expect(wait).to.be.within(patience.stuckAfterMs, Math.max(HOUR_MS, patience.stuckAfterMs));
      }),
    );
  });

  it("waits longer with each restart, until there is progress", () => {
    const quiet = { stuckAfterMs: 900_000, deadlineMs: 720 * HOUR_MS };
    const restarted = (redrives: number) => {
      const redrivenAt = new Date(PLACED + 1_000).toISOString();
      return nextRestartAt({ ...ORDER, redrives, redrivenAt }, quiet) - PLACED - 1_000;
    };
    const moved = { ...ORDER, updatedAt: new Date(PLACED + 2_000).toISOString(), redrives: 9 };

    expect([1, 2, 3, 4].map(restarted)).to.deep.equal([0.5, 1, 1, 1].map((hours) => hours * HOUR_MS));
    expect(nextRestartAt(ORDER, quiet) - PLACED).to.equal(900_000);
    expect(nextRestartAt({ ...moved, redrivenAt: ORDER.createdAt }, quiet) - PLACED).to.equal(902_000);
  });

  it("comes as soon as the deadline, if the order may have been quiet for long enough by then", () => {
    fc.assert(
      fc.property(orders, patience, (order, patience) => {
        const deadline = PLACED + patience.deadlineMs;
        fc.pre(lastOf(order) < deadline);

        expect(nextRestartAt(order, patience)).to.be.at.most(Math.max(deadline, lastOf(order) + patience.stuckAfterMs));
      }),
    );
  });

  it("is for orders that need work and are not parked", () => {
    const attention = { since: ORDER.createdAt, reason: "REFUND_REFUSED" } as const;
    const minute = { stuckAfterMs: 60_000, deadlineMs: HOUR_MS };
    const isStuckAfter = (ms: number, changes: Partial<Order> = {}) =>
      isStuck({ ...ORDER, ...changes }, false, minute, PLACED + ms);

    expect(isStuckAfter(60_000)).to.equal(true);
    expect(isStuckAfter(59_999)).to.equal(false);
    expect(isStuckAfter(60_000, { status: "COMPLETED" })).to.equal(false);
    expect(isStuckAfter(60_000, { attention })).to.equal(false);
  });

  it("is for an order whose workflow is running only once its deadline has come", () => {
    const minute = { stuckAfterMs: 60_000, deadlineMs: HOUR_MS };

    expect(isStuck(ORDER, true, minute, PLACED + HOUR_MS - 1)).to.equal(false);
    expect(isStuck(ORDER, true, minute, PLACED + HOUR_MS)).to.equal(true);
  });

  it("has a deadline from the order's placement, and another from its cancellation", () => {
    const cancelled = { ...ORDER, cancelRequestedAt: new Date(PLACED + HOUR_MS).toISOString() };

    expect(isOverdue(ORDER, HOUR_MS, PLACED + HOUR_MS - 1)).to.equal(false);
    expect(isOverdue(ORDER, HOUR_MS, PLACED + HOUR_MS)).to.equal(true);
    expect(isOverdue(cancelled, HOUR_MS, PLACED + HOUR_MS)).to.equal(false);
  });
});
