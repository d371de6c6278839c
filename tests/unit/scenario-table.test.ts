import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { scenarioTable } from "../support/scenario-table.ts";
import { SCENARIOS } from "../support/scenarios.ts";

describe("The scenario table", () => {
  it("is in docs/architecture.md as it is tested", () => {
    const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "architecture.md"), "utf8");
    const [, section = ""] = page.split("\n## Ways through the workflow\n");

    const rows = cellsOf(section.split("\n## ")[0] ?? "");

    expect(rows).to.deep.equal(cellsOf(scenarioTable(SCENARIOS)));
  });

  it("has no way twice", () => {
    const ways = SCENARIOS.map(({ way }) => way);

    expect(ways).to.deep.equal([...new Set(ways)]);
  });
});

/** The cells of a table's rows, however they are padded. */
function cellsOf(text: string): string[][] {
  const rows = text.split("\n").filter((line) => /^\|[^-]*[^-| ]/.test(line));
  return rows.map((row) => row.split("|").map((cell) => cell.trim()));
}
