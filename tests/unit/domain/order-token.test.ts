import { expect } from "chai";
import fc from "fast-check";
import { isOrderToken, signOrderToken } from "../../../domain/order-token.ts";

const SECRETS = { current: "the current secret of thirty-two characters" };
const LIFETIME_MS = 90 * 24 * 3_600_000;

const orderId = fc.uuid({ version: 7 });
/** Until the year 2100. */
const time = fc.nat({ max: 4_102_444_800 }).map((seconds) => seconds * 1_000);

describe("An order's token", () => {
  it("opens its order for 90 days", () => {
    fc.assert(
      fc.property(orderId, time, fc.integer({ min: -LIFETIME_MS, max: LIFETIME_MS }), (id, issuedAt, later) => {
        const token = signOrderToken(id, issuedAt, SECRETS);

        const isOpen = isOrderToken(token, id, SECRETS, issuedAt + LIFETIME_MS + later);

        expect(isOpen).to.equal(later < 0);
        expect(token, "is a fragment, and a header").to.match(/^[\w.-]+$/);
      }),
    );
  });

  it("opens no other order", () => {
    fc.assert(
      fc.property(orderId, orderId, time, (id, other, now) => {
        fc.pre(id !== other);

        expect(isOrderToken(signOrderToken(id, now, SECRETS), other, SECRETS, now)).to.equal(false);
      }),
    );
  });

  it("opens nothing if one character is changed, added or removed, such as its expiry", () => {
    fc.assert(
      fc.property(orderId, time, fc.nat(), fc.string({ maxLength: 2 }), (id, now, at, put) => {
        const token = signOrderToken(id, now, SECRETS);
        const index = at % (token.length + 1);
        const changed = token.slice(0, index) + put + token.slice(index + 1);
        fc.pre(changed !== token);

        expect(isOrderToken(changed, id, SECRETS, now)).to.equal(false);
      }),
    );
  });

  it("can't be made up", () => {
    fc.assert(
      fc.property(orderId, fc.string({ unit: "binary" }), (id, text) => {
        expect(isOrderToken(text, id, SECRETS, 0)).to.equal(false);
      }),
    );
  });

  it("opens its order after one rotation of the secret, but not after two", () => {
    fc.assert(
      fc.property(orderId, time, (id, now) => {
        const token = signOrderToken(id, now, SECRETS);
        const rotations = [
          { current: "second", previous: SECRETS.current },
          { current: "third", previous: "second" },
          { current: "second", previous: "" },
        ];

        expect(rotations.map((secrets) => isOrderToken(token, id, secrets, now))).to.deep.equal([true, false, false]);
      }),
    );
  });
});
