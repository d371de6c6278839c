import { expect } from "chai";
import { describe, it } from "mocha";
import { cellsOf, sectionOf } from "../../support/markdown.ts";
import { ABSENCES, EXCEPTIONS } from "./exceptions.ts";
import { RULES } from "./rules.ts";
import { absenceTable, exceptionTable, ruleTable } from "./tables.ts";

describe("docs/security.md", () => {
  const tables: [string, string][] = [
    ["Rules", ruleTable(RULES)],
    ["Exceptions", exceptionTable(EXCEPTIONS)],
    ["Nothing to check", absenceTable(ABSENCES)],
  ];
  for (const [heading, table] of tables) {
    it(`has the table "${heading}" as it is tested`, () => {
      const rows = cellsOf(sectionOf("security.md", heading));

      expect(rows, `it should be:\n${table}`).to.deep.equal(cellsOf(table));
    });
  }
});
