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
  it("returns the position that it was signed for", () => {
    fc.assert(
      fc.property(position, listing, (after, list) => {
        const cursor = signCursor(after, list, SECRETS);

        expect(verifyCursor(cursor, list, SECRETS)).to.equal(after);
        expect(cursor, "is URL-safe").to.match(/^[\w.-]+$/);
      }),
    );
  });

  it("doesn't depend on the order of the filters", () => {
    const cursor = signCursor("id", { kind: "orders", filter: { status: "FAILED", customerId: "a" } }, SECRETS);

    const after = verifyCursor(cursor, { kind: "orders", filter: { customerId: "a", status: "FAILED" } }, SECRETS);

    expect(after).to.equal("id");
  });

  it("is refused if one character is changed, added or removed", () => {
    const change = fc.record({ after: position, list: listing, at: fc.nat(), put: fc.string({ maxLength: 2 }) });

    fc.assert(
      fc.property(change, ({ after, list, at, put }) => {
        const cursor = signCursor(after, list, SECRETS);
        const index = at % (cursor.length + 1);
        const changed = cursor.slice(0, index) + put + cursor.slice(index + 1);
        fc.pre(changed !== cursor);

        expectInvalidCursor(() => verifyCursor(changed, list, SECRETS));
      }),
    );
  });

  it("is refused for any other listing", () => {
    fc.assert(
      fc.property(position, listing, listing, (after, list, other) => {
        fc.pre(list.kind !== other.kind || !isSame(list.filter, other.filter));
        const cursor = signCursor(after, list, SECRETS);

        expectInvalidCursor(() => verifyCursor(cursor, other, SECRETS));
      }),
    );
  });

  it("is refused if it is made up", () => {
    fc.assert(
      fc.property(fc.string(), listing, (text, list) => expectInvalidCursor(() => verifyCursor(text, list, SECRETS))),
    );
  });

  it("remains valid after one rotation of the secret, but not after two", () => {
    const list: Listing = { kind: "orders", filter: {} };
    const cursor = signCursor("id", list, SECRETS);

    const afterOne = verifyCursor(cursor, list, { current: "second", previous: SECRETS.current });

    expect(afterOne).to.equal("id");
    expectInvalidCursor(() => verifyCursor(cursor, list, { current: "third", previous: "second" }));
    expectInvalidCursor(() =>
      verifyCursor(signCursor("id", list, { current: "" }), list, { current: "x", previous: "" }),
    );
  });
});

function expectInvalidCursor(action: () => unknown): void {
  expect(action).to.throw(Problem).with.property("status", 400);
}

function isSame(a: Listing["filter"], b: Listing["filter"]): boolean {
  return a.status === b.status && a.customerId === b.customerId;
}
