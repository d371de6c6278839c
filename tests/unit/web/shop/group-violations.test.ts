import { expect } from "chai";
import { groupByField } from "../../../../web/shop/group-violations.ts";

const FIELDS = new Set(["/customerEmail", "/shippingAddress/street", "/items/1"]);

describe("Grouping violations by field", () => {
  it("assigns each to the field with its JSON pointer", () => {
    const { byField, rest } = groupByField(
      [
        { pointer: "/customerEmail", detail: "One." },
        { pointer: "/shippingAddress/street", detail: "Two." },
        { pointer: "/customerEmail", detail: "Three." },
      ],
      FIELDS,
    );

    expect([...byField]).to.deep.equal([
      ["/customerEmail", ["One.", "Three."]],
      ["/shippingAddress/street", ["Two."]],
    ]);
    expect(rest).to.deep.equal([]);
  });

  it("assigns those without a field of their own to the field that contains them", () => {
    const { byField } = groupByField([{ pointer: "/items/1/price", detail: "One." }], FIELDS);

    expect([...byField]).to.deep.equal([["/items/1", ["One."]]]);
  });

  it("separates those without any field, such as those about the whole order", () => {
    const violations = ["", "/totalAmount", "/items/10/price"].map((pointer) => ({ pointer, detail: "One." }));

    const { byField, rest } = groupByField(violations, FIELDS);

    expect(byField.size).to.equal(0);
    expect(rest).to.deep.equal(violations);
  });
});
