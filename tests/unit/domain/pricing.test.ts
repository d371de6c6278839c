import { expect } from "chai";
import fc from "fast-check";
import { fromMinor } from "../../../domain/money.ts";
import { priceOrder } from "../../../domain/pricing.ts";
import { Problem } from "../../../domain/problem.ts";
import { catalogue, cents, lines } from "../../support/arbitraries.ts";

const MOUSE = { name: "Mouse", priceMinor: 2999 };
const KEYBOARD = { name: "Keyboard", priceMinor: 4999 };
const CATALOGUE = new Map([
  ["PROD-001", MOUSE],
  ["PROD-002", KEYBOARD],
]);

describe("Pricing an order", () => {
  it("uses the catalogue's prices", () => {
    const items = [
      { productId: "PROD-001", quantity: 2, price: 29.99 },
      { productId: "PROD-002", quantity: 1 },
    ];

    const { lines, totalMinor } = priceOrder({ items, totalAmount: 109.97 }, CATALOGUE, "USD");

    expect(totalMinor).to.equal(10_997);
    expect(lines).to.deep.equal([
      { productId: "PROD-001", name: "Mouse", quantity: 2, unitPriceMinor: 2999 },
      { productId: "PROD-002", name: "Keyboard", quantity: 1, unitPriceMinor: 4999 },
    ]);
  });

  it("merges lines of the same product, in the order in which the products first appear", () => {
    const items = ["PROD-002", "PROD-001", "PROD-002"].map((productId) => ({ productId, quantity: 3 }));

    const { lines } = priceOrder({ items }, CATALOGUE, "USD");

    expect(lines.map(({ productId, quantity }) => [productId, quantity])).to.deep.equal([
      ["PROD-002", 6],
      ["PROD-001", 3],
    ]);
  });

  it("reports all unknown products and wrong prices at once", () => {
    const items = [
      { productId: "NONE-1", quantity: 1 },
      { productId: "PROD-001", quantity: 1, price: 29.98 },
      { productId: "PROD-002", quantity: 1, price: 49.99 },
      { productId: "NONE-2", quantity: 1 },
    ];

    const problem = problemOf(() => priceOrder({ items, totalAmount: 1 }, CATALOGUE, "USD"));

    expect(problem.status).to.equal(422);
    expect(problem.errors).to.deep.equal([
      { pointer: "/items/0/productId", detail: "There is no product NONE-1." },
      { pointer: "/items/1/price", detail: "The price of PROD-001 is 29.99, not 29.98." },
      { pointer: "/items/3/productId", detail: "There is no product NONE-2." },
    ]);
  });

  it("says prices and totals in the shop's currency", () => {
    const items = [{ productId: "PROD-001", quantity: 2, price: 2998 }];

    const problem = problemOf(() => priceOrder({ items, totalAmount: 5997 }, CATALOGUE, "JPY"));

    expect(problem.errors.map(({ detail }) => detail)).to.deep.equal([
      "The price of PROD-001 is 2999, not 2998.",
      "The total is 5998, not 5997.",
    ]);
  });

  it("refuses a wrong total", () => {
    const items = [{ productId: "PROD-001", quantity: 2 }];

    const problem = problemOf(() => priceOrder({ items, totalAmount: 59.97 }, CATALOGUE, "USD"));

    expect(problem.errors).to.deep.equal([{ pointer: "/totalAmount", detail: "The total is 59.98, not 59.97." }]);
  });

  it("computes the exact total, and accepts it in a request", () => {
    fc.assert(
      fc.property(lines, catalogue, (items, prices) => {
        const sum = items.reduce(
          (total, { productId, quantity }) =>
            total + BigInt(quantity) * BigInt(prices.get(productId)?.priceMinor ?? -1),
          0n,
        );

        const { totalMinor, lines: priced } = priceOrder({ items }, prices, "USD");

        expect(BigInt(totalMinor)).to.equal(sum);
        expect(new Set(priced.map(({ productId }) => productId)).size).to.equal(priced.length);
        expect(priceOrder({ items, totalAmount: fromMinor(totalMinor, "USD") }, prices, "USD").totalMinor).to.equal(
          totalMinor,
        );
      }),
    );
  });

  it("never accepts a price or total that differs by even one cent", () => {
    const mistake = fc.record({
      items: lines,
      prices: catalogue,
      index: fc.nat(),
      wrong: cents,
      isTotal: fc.boolean(),
    });

    fc.assert(
      fc.property(mistake, ({ items, prices, index, wrong, isTotal }) => {
        const { totalMinor } = priceOrder({ items }, prices, "USD");
        const at = index % items.length;
        const right = isTotal ? totalMinor : prices.get(items[at]?.productId ?? "")?.priceMinor;
        fc.pre(wrong !== right);
        const price = fromMinor(wrong, "USD");
        const order = isTotal
          ? { items, totalAmount: price }
          : { items: items.map((item, each) => (each === at ? { ...item, price } : item)) };

        const { errors } = problemOf(() => priceOrder(order, prices, "USD"));

        expect(errors.map(({ pointer }) => pointer)).to.deep.equal([isTotal ? "/totalAmount" : `/items/${at}/price`]);
      }),
    );
  });
});

function problemOf(action: () => unknown): Problem {
  try {
    action();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("The order was accepted.");
}
