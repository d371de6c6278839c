import { percentile } from "es-toolkit";
import { markdownTable } from "markdown-table";
import { CASES, currentRules, playCase, playRush, RUSHES } from "./cases.ts";

/** The tables of all cases, by the rules of this version. */
export async function casesText(): Promise<string> {
  return [
    "Bursts, backlogs and outages",
    table(
      ["orders", "case", "FAILED", "median", "95 %", "latest", "refused by the provider", "executions", "sweeps"],
      await caseRows(),
    ),
    "One product",
    table(
      ["orders/s", "undone", "FAILED", "median", "95 %", "latest", "refused writes", "write units/s"],
      await rushRows(),
    ),
  ].join("\n\n");
}

async function caseRows(): Promise<string[][]> {
  const rules = currentRules();
  const rows: string[][] = [];
  for (const load of CASES) {
    const { failed, waits, requests, refused, executions, sweeps } = await playCase(rules, load);
    const share = percent(refused / requests);
    rows.push([
      number(load.orders),
      load.name,
      number(failed),
      ...times(waits),
      share,
      number(executions),
      number(sweeps),
    ]);
  }
  return rows;
}

async function rushRows(): Promise<string[][]> {
  const rules = currentRules();
  const rows: string[][] = [];
  for (const rush of RUSHES) {
    const { failed, waits, refused, unitsPerSecond } = await playRush(rules, rush);
    rows.push([
      number(rush.perSecond),
      percent(rush.undone),
      number(failed),
      ...times(waits),
      number(refused),
      number(unitsPerSecond),
    ]);
  }
  return rows;
}

/** A Markdown table without padding. */
export function table(header: string[], rows: string[][]): string {
  return markdownTable([header, ...rows], { alignDelimiters: false });
}

/** Rounded, unless it is small. */
export function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
}

/** A share in whole percent. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function times(waitsMs: number[]): string[] {
  return [50, 95, 100].map((percent) => duration(percentile(waitsMs, percent)));
}

function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
