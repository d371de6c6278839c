import { expect } from "chai";
import fc from "fast-check";
import { FAILURE_REASONS, reasonSentence } from "../../../domain/failure-reasons.ts";
import { canBecome, ORDER_STATUSES } from "../../../domain/lifecycle.ts";
import type { Order } from "../../../domain/order.ts";
import { applyChange, type OrderChange } from "../../../domain/order-change.ts";
import { PROCESSING_ORDER } from "../../support/processing-order.ts";

const AT = "2030-01-01T00:00:00.000Z";
const anyStatus = fc.constantFrom(...ORDER_STATUSES);

describe("Changing an order", () => {
  it("follows the lifecycle, increases the version, and adds to the history", () => {
    fc.assert(
      fc.property(anyStatus, anyStatus, fc.constantFrom(...FAILURE_REASONS), (from, status, failureReason) => {
        const order = { ...PROCESSING_ORDER, status: from };
        const change = () => applyChange(order, status === "FAILED" ? { status, failureReason } : { status }, AT);

        if (!canBecome(from, status)) {
          expect(change).to.throw(`is ${from} and can't become ${status}`);
          return;
        }
        const next = change();

        expect(next).to.include({ status, version: 3, updatedAt: AT });
        const reason = status === "FAILED" ? { reason: reasonSentence(failureReason) } : {};
        expect(next.history).to.deep.equal([...order.history, { status, at: AT, ...reason }]);
      }),
    );
  });

  it("keeps status and history if a cancellation is requested", () => {
    const next = applyChange(PROCESSING_ORDER, { cancelRequested: true }, AT);

    expect(next).to.deep.equal({ ...PROCESSING_ORDER, version: 3, updatedAt: AT, cancelRequestedAt: AT });
  });

  it("keeps a shortage when the order completes, and settles it when it is shipped or cancelled", () => {
    const attention = { since: AT, reason: "SHORT" as const };
    const reasonAfter = (status: Order["status"], change: OrderChange) =>
      applyChange({ ...PROCESSING_ORDER, status, attention }, change, AT).attention?.reason;

    expect(reasonAfter("PROCESSING", { status: "COMPLETED" })).to.equal("SHORT");
    expect(reasonAfter("COMPLETED", { status: "SHIPPED" })).to.equal(undefined);
    expect(reasonAfter("COMPLETED", { cancelRequested: true })).to.equal(undefined);
  });

  it("keeps trouble with the payment until a person has settled it, whatever is shipped or refunded meanwhile", () => {
    for (const reason of ["REFUND_REFUSED", "DISPUTED"] as const) {
      const order = { ...PROCESSING_ORDER, status: "COMPLETED" as const, attention: { since: AT, reason } };
      const refunded = { refundId: "r1", amountMinor: 100 };

      expect(applyChange(order, { status: "SHIPPED" }, AT).attention?.reason).to.equal(reason);
      expect(applyChange(order, { refundRequested: refunded }, AT).attention?.reason).to.equal(reason);
      expect(applyChange(order, { cancelRequested: true }, AT).attention).to.equal(undefined);
    }
  });

  it("keeps status and history if something is refunded", () => {
    const next = applyChange(PROCESSING_ORDER, { refunded: { refundId: "r1", amountMinor: 100 } }, AT);

    expect(next).to.deep.equal({ ...PROCESSING_ORDER, version: 3, updatedAt: AT });
  });
});
