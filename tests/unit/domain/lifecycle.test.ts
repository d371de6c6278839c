import { expect } from "chai";
import fc from "fast-check";
import { canBecome, INITIAL_STATUS, isFinal, ORDER_STATUSES, type OrderStatus } from "../../../domain/lifecycle.ts";

const statuses = fc.constantFrom(...ORDER_STATUSES);

describe("The lifecycle of an order", () => {
  it("allows exactly the contract's transitions", () => {
    const allowed = ORDER_STATUSES.flatMap((from) =>
      ORDER_STATUSES.filter((to) => canBecome(from, to)).map((to) => `${from} → ${to}`),
    );

    expect(allowed).to.have.members([
      "PENDING → PROCESSING",
      "PROCESSING → COMPLETED",
      "COMPLETED → SHIPPED",
      "SHIPPED → DELIVERED",
      "PENDING → FAILED",
      "PROCESSING → FAILED",
      "PENDING → CANCELLED",
      "PROCESSING → CANCELLED",
      "COMPLETED → CANCELLED",
    ]);
  });

  it("never repeats a status, so that an order changes at most four times", () => {
    fc.assert(
      fc.property(fc.array(statuses, { maxLength: 50 }), (requested) => {
        const path: OrderStatus[] = [INITIAL_STATUS];
        for (const status of requested) if (canBecome(path.at(-1) ?? INITIAL_STATUS, status)) path.push(status);

        expect(new Set(path).size).to.equal(path.length);
        expect(path.length).to.be.at.most(5);
      }),
    );
  });

  it("has three final statuses", () => {
    const final = ORDER_STATUSES.filter(isFinal);

    expect(final).to.have.members(["DELIVERED", "FAILED", "CANCELLED"]);
  });
});
