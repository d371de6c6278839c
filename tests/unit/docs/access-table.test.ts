import { expect } from "chai";
import { describe, it } from "mocha";
import { ACCESS, accessTable, CALLERS, routesAtBoth } from "../../hostile/access-table.ts";
import { cellsOf, sectionOf } from "../../support/markdown.ts";

describe("The access table", () => {
  it("is in docs/reliability.md as it is tested", () => {
    const rows = cellsOf(sectionOf("reliability.md", "Access"));

    expect(rows).to.deep.equal(cellsOf(accessTable()));
  });

  it("tells of every route that either contract has, at both instances, to every caller", () => {
    const told = ACCESS.map(({ instance, route }) => ({ instance, route }));

    expect(told).to.have.deep.members(routesAtBoth());
    for (const { answers } of ACCESS) expect(answers).to.have.lengthOf(CALLERS.length);
  });
});
