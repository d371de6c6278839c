import { table } from "../../support/markdown.ts";
import type { Absence, Exception } from "./exceptions.ts";
import type { Rule } from "./rule.ts";

/** The lists, by what the ids of their rules begin with. */
const LISTS = {
  "AwsSolutions-": "[cdk-nag, AWS Solutions](https://github.com/cdklabs/cdk-nag/blob/main/RULES.md)",
  "[EW]S\\d": "[Serverless Rules](https://awslabs.github.io/serverless-rules/rules/)",
  CKV_AWS_: "[checkov](https://www.checkov.io/5.Policy%20Index/terraform.html)",
};

/** The rules of each list, as docs/security.md has them. */
export function ruleTable(rules: Rule[]): string {
  const rows = Object.entries(LISTS).map(([prefix, list]) => {
    const ids = rules.map(({ id }) => id).filter((id) => new RegExp(`^${prefix}`).test(id));
    return [list, ids.sort((one, other) => one.localeCompare(other, "en", { numeric: true })).join(", ")];
  });
  return table(["List", "Rules"], rows);
}

/** The exceptions, as docs/security.md has them. */
export function exceptionTable(exceptions: Exception[]): string {
  const rows = exceptions.map(({ rules, resources, findings = [], stages, reason }) => [
    rules.join(", "),
    [resources, ...findings].map((text) => `\`${text}\``).join(", "),
    stages.join(", "),
    reason,
  ]);
  return table(["Rules", "Resources, findings", "Stages", "Why"], rows);
}

/** The rules that nothing is there for, as docs/security.md has them. */
export function absenceTable(absences: Absence[]): string {
  const rows = absences.map(({ rules, stages, reason }) => [rules.join(", "), stages.join(", "), reason]);
  return table(["Rules", "Stages", "Why"], rows);
}
