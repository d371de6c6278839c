import { expect } from "chai";
import { placeViolations } from "../../../../web/shop/placement.ts";

const PLACES = new Set(["/customerEmail", "/shippingAddress/street", "/items/1"]);

describe("Placing violations on the page", () => {
  it("shows each at the field of its JSON pointer, several at one field together", () => {
    const { placed, rest } = placeViolations(
      [
        { pointer: "/customerEmail", detail: "One." },
        { pointer: "/shippingAddress/street", detail: "Two." },
        { pointer: "/customerEmail", detail: "Three." },
      ],
      PLACES,
    );

    expect([...placed]).to.deep.equal([
      ["/customerEmail", ["One.", "Three."]],
      ["/shippingAddress/street", ["Two."]],
    ]);
    expect(rest).to.deep.equal([]);
  });

  it("shows what has no field of its own at what it is in", () => {
    const { placed } = placeViolations([{ pointer: "/items/1/price", detail: "One." }], PLACES);

    expect([...placed]).to.deep.equal([["/items/1", ["One."]]]);
  });

  it("leaves over what is nowhere on the page, such as the whole order", () => {
    const violations = ["", "/totalAmount", "/items/10/price"].map((pointer) => ({ pointer, detail: "One." }));

    const { placed, rest } = placeViolations(violations, PLACES);

    expect(placed.size).to.equal(0);
    expect(rest).to.deep.equal(violations);
  });
});
