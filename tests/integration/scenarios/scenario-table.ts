import type { MailKind } from "../../../domain/mails.ts";
import { table } from "../../support/markdown.ts";
import type { Scenario } from "./scenarios.ts";

/** The units in each scenario's order. */
export const UNITS = 2;

/** The units that the customer gets in the end, by which the stock is reduced. */
export function unitsTaken({ path }: Scenario): number {
  return path.at(-1) === "FAILED" || path.at(-1) === "CANCELLED" ? 0 : UNITS;
}

/** The emails that the customer gets: one for each status but PROCESSING. */
export function mailKinds({ path }: Scenario): MailKind[] {
  const notified = path.filter((status) => status !== "PROCESSING");
  return ["placed", ...notified.map((status) => status.toLowerCase() as MailKind)];
}

/** The scenarios as a table, as in docs/reliability.md. */
export function scenarioTable(scenarios: Scenario[]): string {
  const rows = scenarios.map((scenario) => [
    scenario.title,
    scenario.path.join(", "),
    scenario.reason ?? "",
    scenario.charges,
    scenario.refunds,
    unitsTaken(scenario),
    mailKinds(scenario).join(", "),
  ]);
  const header = ["Scenario", "From PENDING to", "Reason", "Charges", "Refunds", "Units taken", "Emails"];
  return table(header, rows);
}
