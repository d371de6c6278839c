import { expect } from "chai";
import fc from "fast-check";
import { fromMinor } from "../../../../domain/money.ts";
import { priceOrder } from "../../../../domain/pricing.ts";
import { MAX_QUANTITY } from "../../../../domain/quantities.ts";
import {
  type Basket,
  countItems,
  lineError,
  orderableQuantity,
  quantityOf,
  totalAmount,
  withQuantity,
} from "../../../../web/shop/basket.ts";
import { lines, catalogue as prices } from "../../../support/arbitraries.ts";

const MOUSE = { productId: "PROD-001", name: "Mouse" };
const KEYBOARD = { productId: "PROD-002", name: "Keyboard" };
const EMPTY: Basket = { id: "basket-1", lines: [] };
const CATALOGUE = new Map([
  ["PROD-001", { ...MOUSE, price: 29.99, currency: "USD", stock: 3 }],
  ["PROD-002", { ...KEYBOARD, price: 49.99, currency: "USD", stock: 0 }],
]);

describe("The page's basket", () => {
  it("adds products, changes their quantities and removes them, and keeps their order", () => {
    const both = withQuantity(withQuantity(EMPTY, MOUSE, 1), KEYBOARD, 2);

    const more = withQuantity(both, MOUSE, 5);
    const less = withQuantity(more, MOUSE, 0);

    expect(more.lines.map(({ name, quantity }) => [name, quantity])).to.deep.equal([
      ["Mouse", 5],
      ["Keyboard", 2],
    ]);
    expect(countItems(more)).to.equal(7);
    expect(quantityOf(more, "PROD-001")).to.equal(5);
    expect(less.lines.map(({ name }) => name)).to.deep.equal(["Keyboard"]);
    expect(quantityOf(less, "PROD-001")).to.equal(0);
  });

  it("keeps its id when its content changes, so that it is ordered once", () => {
    const changed = withQuantity(withQuantity(EMPTY, MOUSE, 1), MOUSE, 0);

    expect(changed).to.deep.equal(EMPTY);
  });

  it("limits quantities as the API does", () => {
    const { lines: limited } = withQuantity(EMPTY, MOUSE, 1_000_000);

    expect(limited.map(({ quantity }) => quantity)).to.deep.equal([MAX_QUANTITY]);
  });

  for (const [what, requested, stock, quantity, note] of [
    ["what was asked for", 3, 3, 3, undefined],
    ["no more than there is", 4, 3, 3, "Only 3 available: the quantity is 3."],
    ["no more than the API allows", 5_000, 9_999, 1_000, "At most 1000 can be ordered: the quantity is 1000."],
    ["a whole number", 2.5, 3, 2, "Enter a whole number, at least 1: the quantity is 2."],
    ["what it was, if no number was typed", Number.NaN, 3, 2, "Enter a whole number, at least 1: the quantity is 2."],
    ["one of a product that is sold out, as the line's error says", 2, 0, 1, undefined],
    ["nothing, to remove it", 0, 3, 0, undefined],
  ] as const) {
    it(`has ${what}, and says when that is another quantity`, () => {
      const changed = orderableQuantity(requested, 2, stock);

      expect(changed).to.deep.equal(note === undefined ? { quantity } : { quantity, note });
    });
  }

  it("costs what the server will charge", () => {
    fc.assert(
      fc.property(lines, prices, fc.constantFrom("USD", "JPY", "KWD"), (items, catalogue, currency) => {
        const basket = items.reduce((sum, { productId, quantity }) => {
          return withQuantity(sum, { productId, name: productId }, quantityOf(sum, productId) + quantity);
        }, EMPTY);
        const shown = new Map(
          [...catalogue].map(([productId, { name, priceMinor }]) => {
            return [productId, { productId, name, price: fromMinor(priceMinor, currency), currency, stock: 1 }];
          }),
        );

        const { totalMinor } = priceOrder({ items }, catalogue, currency);

        expect(totalAmount(basket, shown)).to.equal(fromMinor(totalMinor, currency));
      }),
    );
  });

  it("doesn't charge for products that are no longer sold", () => {
    const basket = withQuantity(withQuantity(EMPTY, MOUSE, 2), { productId: "GONE", name: "Lamp" }, 1);

    expect(totalAmount(basket, CATALOGUE)).to.equal(59.98);
  });

  it("says why a product can't be ordered", () => {
    const error = (productId: string, quantity: number) =>
      lineError({ productId, name: "It", quantity }, CATALOGUE) ?? "nothing";

    expect(error("PROD-001", 3)).to.equal("nothing");
    expect(error("PROD-001", 4)).to.equal("There are only 3 of It left.");
    expect(error("PROD-002", 1)).to.match(/sold out/);
    expect(error("GONE", 1)).to.match(/no longer sold/);
  });
});
