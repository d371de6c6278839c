import { expect } from "chai";
import { describe, it } from "mocha";
import { cellsOf, sectionOf } from "../../support/markdown.ts";
import { POLICY_EXCEPTIONS } from "../policies/exceptions.ts";
import { EXCEPTIONS, NOT_APPLICABLE } from "./exceptions.ts";
import { RULES } from "./rules.ts";
import { exceptionTable, notApplicableTable, policyExceptionTable, ruleTable } from "./tables.ts";

describe("docs/security.md", () => {
  const tables: [string, string][] = [
    ["Rules", ruleTable(RULES)],
    ["Exceptions", exceptionTable(EXCEPTIONS)],
    ["Not applicable", notApplicableTable(NOT_APPLICABLE)],
    ["Policies", policyExceptionTable(POLICY_EXCEPTIONS)],
  ];
  for (const [heading, table] of tables) {
    it(`has the table "${heading}" as tested`, () => {
      const rows = cellsOf(sectionOf("security.md", heading));

      expect(rows, `it should be:\n${table}`).to.deep.equal(cellsOf(table));
    });
  }
});
