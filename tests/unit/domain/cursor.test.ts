import { expect } from "chai";
import fc from "fast-check";
import { type Listing, signCursor, verifyCursor } from "../../../domain/cursor.ts";
import { Problem } from "../../../domain/problem.ts";

const SECRETS = { current: "the current secret of thirty-two characters" };
const listing: fc.Arbitrary<Listing> = fc.record({
  kind: fc.constantFrom("orders", "products"),
  filter: fc.dictionary(fc.constantFrom("status", "customerId"), fc.string({ unit: "grapheme" })),
});
const position = fc.uuid();

describe("A cursor", () => {
  it("brings back the position that it was made of", () => {
    fc.assert(
      fc.property(position, listing, (after, list) => {
        const cursor = signCursor(after, list, SECRETS);

        expect(verifyCursor(cursor, list, SECRETS)).to.equal(after);
        expect(cursor, "can stand in a URL").to.match(/^[\w.-]+$/);
      }),
    );
  });

  it("does not depend on the order in which the filters are written", () => {
    const cursor = signCursor("id", { kind: "orders", filter: { status: "FAILED", customerId: "a" } }, SECRETS);

    const after = verifyCursor(cursor, { kind: "orders", filter: { customerId: "a", status: "FAILED" } }, SECRETS);

    expect(after).to.equal("id");
  });

  it("is refused when one character of it is changed, added or taken away", () => {
    const change = fc.record({ after: position, list: listing, at: fc.nat(), put: fc.string({ maxLength: 2 }) });

    fc.assert(
      fc.property(change, ({ after, list, at, put }) => {
        const cursor = signCursor(after, list, SECRETS);
        const index = at % (cursor.length + 1);
        const changed = cursor.slice(0, index) + put + cursor.slice(index + 1);
        fc.pre(changed !== cursor);

        expectRefusal(() => verifyCursor(changed, list, SECRETS));
      }),
    );
  });

  it("is refused for every other listing", () => {
    fc.assert(
      fc.property(position, listing, listing, (after, list, other) => {
        fc.pre(list.kind !== other.kind || !isSame(list.filter, other.filter));
        const cursor = signCursor(after, list, SECRETS);

        expectRefusal(() => verifyCursor(cursor, other, SECRETS));
      }),
    );
  });

  it("is refused whatever a stranger makes up", () => {
    fc.assert(
      fc.property(fc.string(), listing, (text, list) => expectRefusal(() => verifyCursor(text, list, SECRETS))),
    );
  });

  it("stays valid through one rotation of the secret, and not through two", () => {
    const list: Listing = { kind: "orders", filter: {} };
    const cursor = signCursor("id", list, SECRETS);

    const afterOne = verifyCursor(cursor, list, { current: "second", previous: SECRETS.current });

    expect(afterOne).to.equal("id");
    expectRefusal(() => verifyCursor(cursor, list, { current: "third", previous: "second" }));
    expectRefusal(() => verifyCursor(signCursor("id", list, { current: "" }), list, { current: "x", previous: "" }));
  });
});

function expectRefusal(action: () => unknown): void {
  expect(action).to.throw(Problem).with.property("status", 400);
}

function isSame(a: Listing["filter"], b: Listing["filter"]): boolean {
  return a.status === b.status && a.customerId === b.customerId;
}
