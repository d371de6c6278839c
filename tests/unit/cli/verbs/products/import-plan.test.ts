import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readCsv, writeCsv } from "../../../../../cli/verbs/products/csv.ts";
import { cellsOf } from "../../../../../cli/verbs/products/export.ts";
import { planImport } from "../../../../../cli/verbs/products/import-plan.ts";
import { fromMinor } from "../../../../../domain/money.ts";

const MUG = {
  productId: "MUG",
  name: "Mug",
  price: 8,
  currency: "USD",
  stock: 3,
  onHand: 5,
  reserved: 2,
  active: true,
};
const CUP = { ...MUG, productId: "CUP", name: "Cup", description: "White.", image: "/cup.webp", active: false };

const text = fc
  .string({ unit: fc.oneof(fc.constantFrom(...`,;"'=+-@＝`), fc.string({ minLength: 1, maxLength: 1 })), minLength: 1 })
  .filter((value) => /\S/.test(value));
const productIn = (currency: string) =>
  fc.record(
    {
      productId: fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}$/),
      name: text,
      price: fc.integer({ min: 1, max: 99_999_999 }).map((minor) => fromMinor(minor, currency)),
      currency: fc.constant(currency),
      stock: fc.nat(),
      active: fc.boolean(),
      description: text,
      image: fc.constantFrom("/a,b;c.webp", "https://example.com/'a'.png?b=1"),
    },
    { requiredKeys: ["productId", "name", "price", "currency", "stock", "active"] },
  );

describe("An import", () => {
  for (const currency of ["JPY", "USD", "KWD"])
    it(`of what was exported in ${currency} does nothing`, () => {
      fc.assert(
        fc.property(fc.uniqueArray(productIn(currency), { selector: ({ productId }) => productId }), (products) => {
          const { rows } = readCsv(writeCsv(products.map(cellsOf)).slice(1));

          const { plan, bad } = planImport(rows, products, currency);

          expect(bad).to.deep.equal([]);
          expect(plan).to.deep.equal({ added: [], changed: [], unchanged: products.length });
        }),
      );
    });

  it("adds what the catalogue doesn't have", () => {
    const { plan, bad } = planned(
      "productId,name,price,stock,description,image,active",
      'A,Aal,"12,50",7,,,',
      "B,Bär,1,0,Brown.,/b.webp,FALSE",
    );

    expect(bad).to.deep.equal([]);
    expect(plan.added.map(({ line, productId, body }) => ({ line, productId, ...body }))).to.deep.equal([
      { line: 2, productId: "A", name: "Aal", price: 12.5, stock: 7 },
      {
        line: 3,
        productId: "B",
        name: "Bär",
        price: 1,
        stock: 0,
        description: "Brown.",
        image: "/b.webp",
        active: false,
      },
    ]);
  });

  it("changes only what differs; empty cells remove descriptions and images, and leave the rest", () => {
    const { plan, bad } = planned(
      "productId,name,price,stock,description,image,active",
      "MUG,Mug,8.00,,,,",
      "CUP,Big cup,8,,,/cup.webp,true",
    );

    expect(bad).to.deep.equal([]);
    expect(plan.changed).to.deep.equal([
      { line: 3, productId: "CUP", before: CUP, body: { name: "Big cup", description: null, active: true } },
    ]);
    expect(plan).to.deep.include({ added: [], unchanged: 1 });
  });

  it("leaves what the file has no column for", () => {
    const { plan } = planned("productId,price", "CUP,9", "MUG,8");

    expect(plan.changed.map(({ body }) => body)).to.deep.equal([{ price: 9 }]);
  });

  it("accepts the stock of a product that exists only if it is on hand already, whatever is reserved", () => {
    const { bad } = planned("productId,stock", "MUG,5", "CUP,4");

    expect(bad).to.have.length(1);
    expect(bad[0]).to.include({ line: 3 });
    expect(bad[0]?.detail).to.match(
      /^stock: CUP exists and has 5 units on hand, but the cell says "4"\. .*stock book CUP/,
    );
  });

  it("names everything that is wrong with a line", () => {
    const { bad } = planned(
      "productId,name,price,stock,image,active",
      "A B,,1.234,-1,cup.png,yes",
      "MUG,,,,,",
      "NEW,New,1.250,,,",
      "MUG,Mug,8,,,",
    );

    const shown = bad.map(({ line, detail }) => `${line} ${detail}`);
    const columns = shown.map((detail) => detail.split(":")[0]);
    expect(columns.filter((column) => column?.startsWith("2"))).to.have.members([
      ...["2 productId", "2 name", "2 price", "2 stock", "2 image", "2 active"],
    ]);
    expect(columns.filter((column) => !column?.startsWith("2"))).to.have.members([
      ...["3 name", "3 price", "4 price", "4 stock", "5 productId"],
    ]);
    expect(shown).to.include('2 price: The value must be a number, but is "1.234".');
    expect(shown).to.include("4 stock: A new product needs a stock.");
    expect(shown).to.include("5 productId: MUG is in line 3 already.");
  });

  it("reads three decimal places only after a point, and only in a currency that has them", () => {
    const prices = (currency: string, ...cells: string[]) => {
      const lines = cells.map((cell, index) => `P${index},Mug,"${cell}",1`);
      const { rows } = readCsv(["productId,name,price,stock", ...lines].join("\n"));
      const { plan, bad } = planImport(rows, [], currency);
      return [plan.added.map(({ body }) => body.price), bad.map(({ detail }) => detail)];
    };

    expect(prices("KWD", "1.250", "1,25", "2")).to.deep.equal([[1.25, 1.25, 2], []]);
    expect(prices("KWD", "1,250")[1]).to.deep.equal(['price: The value must be a number, but is "1,250".']);
    expect(prices("JPY", "1250", "3.00")).to.deep.equal([[1250, 3], []]);
    expect(prices("JPY", "1.5")[1]).to.deep.equal(["price: The value must have no decimal places, but is 1.5."]);
    expect(prices("JPY", "1.250")[1]).to.deep.equal(['price: The value must be a number, but is "1.250".']);
  });

  it("refuses a line end in a text, as the API does, and names the line in which the product begins", () => {
    const { bad } = planned("productId,description", 'MUG,"a', 'b"', 'CUP,"c', 'd"');

    expect(bad.map(({ line }) => line)).to.deep.equal([2, 4]);
    expect(bad[0]?.detail).to.match(/^description: The value must not contain control characters/);
  });
});

function planned(...lines: string[]) {
  const { rows, bad } = readCsv(lines.join("\n"));
  expect(bad).to.deep.equal([]);
  return planImport(rows, [MUG, CUP], "USD");
}
