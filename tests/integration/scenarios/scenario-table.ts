import type { MailKind } from "../../../domain/mails.ts";
import { table } from "../../support/markdown.ts";
import type { Scenario } from "./scenarios.ts";

/** Pieces that each scenario's order asks for. */
export const PIECES = 2;

/** Pieces that the customer has in the end, and that are missing from the stock. */
export function piecesTaken({ path }: Scenario): number {
  return path.at(-1) === "FAILED" || path.at(-1) === "CANCELLED" ? 0 : PIECES;
}

/** Mails that the customer gets: one for each status but PROCESSING. */
export function mailKinds({ path }: Scenario): MailKind[] {
  const told = path.filter((status) => status !== "PROCESSING");
  return ["placed", ...told.map((status) => status.toLowerCase() as MailKind)];
}

/** The scenarios as docs/architecture.md has them. */
export function scenarioTable(scenarios: Scenario[]): string {
  const rows = scenarios.map((scenario) => [
    scenario.way,
    scenario.path.join(", "),
    scenario.reason ?? "",
    scenario.charges,
    scenario.refunds,
    piecesTaken(scenario),
    mailKinds(scenario).join(", "),
  ]);
  const header = ["Scenario", "From PENDING to", "Reason", "Charges", "Refunds", "Units taken", "Emails"];
  return table(header, rows);
}
