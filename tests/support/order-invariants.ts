import { expect } from "chai";
import { canBecome } from "../../domain/lifecycle.ts";
import { needsWork } from "../../domain/order.ts";
import type { OrderRecords } from "./table.ts";

/** Events that report no new status. */
const NO_STATUS = ["OrderCancelRequested", "OrderRefundRequested", "OrderRefunded"];

/** Asserts that the records of an order that needs no more work are consistent. @throws AssertionError */
export function expectConsistent({ order, reservation, payment, events, charge }: OrderRecords): void {
  expect(needsWork(order), `the order is ${order.status}`).to.equal(false);
  expect(order.openShard?.startsWith("PARKED#") ?? false).to.equal(order.attention !== undefined);
  if (["COMPLETED", "SHIPPED", "DELIVERED"].includes(order.status)) {
    expect([reservation?.status, payment?.status]).to.deep.equal(["RESERVED", "CHARGED"]);
    expect([charge.charges, charge.refunds]).to.deep.equal([1, 0]);
  } else {
    expect(order.status).to.equal(order.cancelRequestedAt === undefined ? "FAILED" : "CANCELLED");
    expect([reservation?.status, payment?.status]).to.deep.equal(["RELEASED", "VOIDED"]);
    expect(charge.refunds).to.equal(charge.charges);
    expect(payment?.refundedMinor).to.equal(charge.refunds === 1 ? order.totalMinor : 0);
  }

  const path = order.history.map(({ status }) => status);
  expect([path[0], path.at(-1)]).to.deep.equal(["PENDING", order.status]);
  for (const [index, status] of path.slice(1).entries()) {
    expect(canBecome(path[index] ?? status, status), `${path[index]} to ${status}`).to.equal(true);
  }
  const versions = events.map(({ version }) => version);
  expect(versions).to.deep.equal(Array.from({ length: order.version }, (_, index) => index + 1));
  const reported = events.filter(({ type }) => !NO_STATUS.includes(type)).map(({ status }) => status);
  expect(reported).to.deep.equal(path);
}
