import { expect } from "chai";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, it } from "mocha";
import { type Cells, COLUMNS, readCsv, writeCsv } from "../../../../../cli/verbs/products/csv.ts";

/** Texts of what is special to CSV files or spreadsheets, and of anything else. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...`,;"'=+-@＝\n\t `), fc.string({ unit: "binary", maxLength: 3 })))
  .map((parts) => parts.join("").replaceAll("\r", ""));
const cells = fc.record({
  ...(Object.fromEntries(COLUMNS.map((column) => [column, text])) as Record<(typeof COLUMNS)[number], typeof text>),
  productId: fc.stringMatching(/^[A-Za-z0-9~-][A-Za-z0-9.~-]{0,9}$/),
});

describe("A file of products", () => {
  it("is read as it was written, whatever is in its cells", () => {
    fc.assert(
      fc.property(fc.array(cells), (written) => {
        const { rows, bad } = readCsv(withoutMark(writeCsv(written)));

        expect(bad).to.deep.equal([]);
        expect(rows.map((row) => row.cells)).to.deep.equal(written);
      }),
    );
  });

  it("has no cell that a spreadsheet takes for a formula", () => {
    fc.assert(
      fc.property(fc.array(cells), (written) => {
        const file = parse(withoutMark(writeCsv(written)));

        expect(file.flat().filter((cell) => /^[=+@＝＋＠－-]/.test(cell))).to.deep.equal([]);
      }),
    );
  });

  it("keeps apostrophes that are no protection against formulas", () => {
    expect(namesIn("productId,name\na,'Tis\nb,'=1+1\nc,''=1+1\nd,'")).to.deep.equal(["'Tis", "=1+1", "'=1+1", "'"]);
  });

  for (const [what, separator, end] of [
    ["commas", ",", "\n"],
    ["semicolons", ";", "\r\n"],
    ["tabs", "\t", "\r"],
  ] as const) {
    it(`may have ${what} between its cells, and line ends of any system`, () => {
      const lines = [
        ["productId", "name"],
        ["A", '"x, y; z"'],
        ["B", "é"],
      ];

      const { rows, bad } = readCsv(lines.map((line) => line.join(separator)).join(end));

      expect(bad).to.deep.equal([]);
      expect(rows.map((row) => row.cells)).to.deep.equal([
        { productId: "A", name: "x, y; z" },
        { productId: "B", name: "é" },
      ]);
    });
  }

  for (const end of ["\n", "\r\n"]) {
    it(`knows in which line a product is, with ${JSON.stringify(end)} at the ends of lines`, () => {
      const file = ["productId,name", "A,a", "", 'B,"b', "", 'b"', ",", "C,c", "D", 'E,"e"e'].join(end);

      const { rows, bad } = readCsv(file);

      expect(rows.map(({ line }) => line)).to.deep.equal([2, 4, 8]);
      expect(bad.map(({ line }) => line)).to.have.members([9, 10]);
    });
  }

  it("says what is wrong with a line", () => {
    const details = (line: string) => readCsv(`productId,name\n${line}\nB,b\n`).bad;

    expect(details("A,a,5")).to.deep.equal([{ line: 2, detail: "There are 3 cells, but 2 columns." }]);
    expect(details('A,5" pipe')[0]).to.deep.include({ line: 2 }).and.have.property("detail").that.includes('("")');
    expect(details('A,"a')).to.deep.equal([
      { line: 2, detail: "A cell begins with a quotation mark, but there is none at its end." },
    ]);
  });

  it("names its columns in the first line", () => {
    const details = (file: string) => readCsv(file).bad.map(({ detail }) => detail);

    expect(details("productId, name ,price\nA,a,1")).to.deep.equal([]);
    expect(details("productId,name,prise\nA,a,1")[0]).to.match(
      /^There is no column "prise": the columns are productId, /,
    );
    expect(details("productId,name,name\nA,a,a")).to.deep.equal(["The column name is there twice."]);
    for (const file of ["", "\n", "name,price\na,1"]) {
      expect(readCsv(file).rows).to.deep.equal([]);
      expect(details(file)).to.deep.equal(["The first line must name the columns, and productId must be among them."]);
    }
  });
});

function namesIn(file: string): Cells["name"][] {
  return readCsv(file).rows.map((row) => row.cells.name);
}

/** Reading a file takes the byte-order mark away. */
function withoutMark(file: string): string {
  expect(file[0]).to.equal("\ufeff");
  return file.slice(1);
}
