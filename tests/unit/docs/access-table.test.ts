import { expect } from "chai";
import { describe, it } from "mocha";
import { ACCESS, accessTable, CALLERS, routesAtBoth } from "../../hostile/access-table.ts";
import { cellsOf, sectionOf } from "../../support/markdown.ts";

describe("The access table", () => {
  it("matches docs/reliability.md", () => {
    const rows = cellsOf(sectionOf("reliability.md", "Access"));

    expect(rows).to.deep.equal(cellsOf(accessTable()));
  });

  it("covers every route of either contract, at both instances, for every caller", () => {
    const covered = ACCESS.map(({ instance, route }) => ({ instance, route }));

    expect(covered).to.have.deep.members(routesAtBoth());
    for (const { responses } of ACCESS) expect(responses).to.have.lengthOf(CALLERS.length);
  });
});
