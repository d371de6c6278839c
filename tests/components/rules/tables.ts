import { table } from "../../support/markdown.ts";
import type { PolicyException } from "../policies/exceptions.ts";
import type { Exception, NotApplicable } from "./exceptions/exception.ts";
import type { Rule } from "./rule.ts";

/** The public lists, by a pattern for the ids of their rules. */
const LISTS = {
  "AwsSolutions-": "[cdk-nag, AWS Solutions](https://github.com/cdklabs/cdk-nag/blob/main/RULES.md)",
  "[EW]S\\d": "[Serverless Rules](https://awslabs.github.io/serverless-rules/rules/)",
  "CKV2?_AWS_": "[checkov](https://www.checkov.io/5.Policy%20Index/terraform.html)",
};

/** The table of rules by list in docs/security.md. */
export function ruleTable(rules: Rule[]): string {
  const rows = Object.entries(LISTS).map(([prefix, list]) => {
    const ids = rules.flatMap((rule) => rule.ids).filter((id) => new RegExp(`^${prefix}`).test(id));
    return [list, ids.sort((one, other) => one.localeCompare(other, "en", { numeric: true })).join(", ")];
  });
  return table(["List", "Rules"], rows);
}

/** The table of exceptions in docs/security.md. */
export function exceptionTable(exceptions: Exception[]): string {
  const rows = exceptions.map(({ rules, resources, findings = [], stages, reason }) => [
    rules.join(", "),
    [resources, ...findings].map((text) => `\`${text}\``).join(", "),
    stages.join(", "),
    reason,
  ]);
  return table(["Rules", "Resources, findings", "Stages", "Why"], rows);
}

/** The table of rules that don't apply in docs/security.md. */
export function notApplicableTable(notApplicable: NotApplicable[]): string {
  const rows = notApplicable.map(({ rules, stages, reason }) => [rules.join(", "), stages.join(", "), reason]);
  return table(["Rules", "Stages", "Why"], rows);
}

/** The table of exceptions from parliament in docs/security.md. */
export function policyExceptionTable(exceptions: PolicyException[]): string {
  const rows = exceptions.map(({ issue, policies, details = [], reason }) => [
    issue,
    [policies, ...details].map((text) => `\`${text}\``).join(", "),
    reason,
  ]);
  return table(["Finding", "Policies, details", "Why"], rows);
}
