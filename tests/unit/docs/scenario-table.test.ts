import { expect } from "chai";
import { describe, it } from "mocha";
import { scenarioTable } from "../../integration/scenarios/scenario-table.ts";
import { SCENARIOS } from "../../integration/scenarios/scenarios.ts";
import { cellsOf, sectionOf } from "../../support/markdown.ts";

describe("The scenario table", () => {
  it("is in docs/architecture.md as it is tested", () => {
    const section = sectionOf("architecture.md", "Workflow scenarios");

    const rows = cellsOf(section);

    expect(rows).to.deep.equal(cellsOf(scenarioTable(SCENARIOS)));
  });

  it("has no way twice", () => {
    const ways = SCENARIOS.map(({ way }) => way);

    expect(ways).to.deep.equal([...new Set(ways)]);
  });
});
