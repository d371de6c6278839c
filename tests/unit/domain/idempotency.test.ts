import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import type { PlaceOrder } from "../../../domain/contract/order-request.ts";
import { fingerprint, hashKey, type IdempotencyRecord, replay, validateKey } from "../../../domain/idempotency.ts";
import { Problem } from "../../../domain/problem.ts";
import { order } from "../../support/arbitraries.ts";

describe("Idempotency", () => {
  it("treats bodies as equal if only the order of their fields differs", () => {
    fc.assert(
      fc.property(order, (body) => {
        const reversed = Object.fromEntries(Object.entries(body).reverse()) as unknown as PlaceOrder;

        expect(fingerprint(reversed)).to.equal(fingerprint(body));
      }),
    );
  });

  it("treats bodies as different if any field differs", () => {
    fc.assert(
      fc.property(order, order, (one, other) => {
        const isSame = isDeepStrictEqual(one, other);

        expect(fingerprint(one) === fingerprint(other)).to.equal(isSame);
      }),
    );
  });

  it("replays the first response for the same body, and refuses another one", () => {
    const body: PlaceOrder = { customerEmail: "jo@example.com", items: [{ productId: "PROD-001", quantity: 1 }] };
    const record: IdempotencyRecord = { fingerprint: fingerprint(body), orderId: "id", response: "{}", expiresAt: 1 };

    const response = replay(record, body);

    expect(response).to.equal("{}");
    expect(() => replay(record, { ...body, customerId: "other" }))
      .to.throw(Problem)
      .with.property("problem", "idempotency-key-reused");
  });

  it("accepts keys of 1 to 255 visible ASCII characters", () => {
    for (const key of ["k", '~!/"\\{}', "a8b1d4a0-cart-17"]) expect(validateKey(key)).to.equal(key);
    expect(validateKey("k".repeat(255))).to.have.length(255);
    for (const key of ["", "k".repeat(256), "a b", "a\n", "é", "e\u0301", "\u0000"])
      expect(() => validateKey(key)).to.throw(Problem, `this one has ${key.length}`);
  });

  it("stores only a hash of the key", () => {
    expect(hashKey("jo@example.com")).to.match(/^[0-9a-f]{64}$/);
  });
});
