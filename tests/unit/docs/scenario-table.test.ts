import { expect } from "chai";
import { describe, it } from "mocha";
import { scenarioTable } from "../../integration/scenarios/scenario-table.ts";
import { SCENARIOS } from "../../integration/scenarios/scenarios.ts";
import { cellsOf, sectionOf } from "../../support/markdown.ts";

describe("The scenario table", () => {
  it("matches docs/reliability.md", () => {
    const section = sectionOf("reliability.md", "Workflow scenarios");

    const rows = cellsOf(section);

    expect(rows).to.deep.equal(cellsOf(scenarioTable(SCENARIOS)));
  });

  it("lists no scenario twice", () => {
    const titles = SCENARIOS.map(({ title }) => title);

    expect(titles).to.deep.equal([...new Set(titles)]);
  });
});
