import { markdownTable } from "markdown-table";
import { PARTICIPLES } from "../../stacks/progress.ts";
import { billOf } from "../../tools/cost/bill.ts";
import { AS_OF, REGIONS } from "../../tools/cost/prices.ts";
import { HOURS_PER_MONTH } from "../../tools/cost/usage.ts";
import type { PreviewReport, SmokeReport, SuitesReport } from "./report.ts";
import type { ResourceChange } from "./resources.ts";

/** What the comment says beyond the report. */
export interface CommentOptions {
  /** The settings that previews are deployed with, without their namespace. */
  config: Record<string, string>;
  /** The git ref that the resources are compared with. */
  base: string;
  /** How the resources differ, or why that is unknown. */
  changes: ResourceChange[] | Error;
}

/** The comment on a pull request, in Markdown. By its first line, the next one finds and replaces it. */
export function commentOf(report: PreviewReport, options: CommentOptions): string {
  const { stack, commit, seconds, urls, failure } = report;
  const title = urls && failure === undefined ? "is up" : "is not up";
  return `${[
    `<!-- preview ${stack} -->`,
    `### Preview \`${stack}\` ${title}`,
    `Commit ${commit.slice(0, 7)}${seconds === undefined ? "" : `, deployed in ${seconds.toFixed(0)} s`}.`,
    ...(failure === undefined ? [] : [fenced(failure)]),
    ...(urls ? [detailsTable(report, options)] : []),
    `#### Tests\n\n${smokeText(report.smoke)}\n${suitesText(report.suites)}`,
    `#### Resources, compared with \`${options.base}\`\n\n${changesText(options.changes)}`,
  ].join("\n\n")}\n`;
}

function detailsTable({ urls, expiry, target }: PreviewReport, { config }: CommentOptions): string {
  const { website, storefront, backOffice, region } = urls ?? {};
  const where = target === "local" ? "on the machine that runs it" : `in ${region}`;
  return table([
    ["", ""],
    ["Website", website],
    ["Storefront API", storefront],
    ["Back-office API", backOffice],
    ["Where", `${where}; the keys are in the stack's outputs`],
    ["Until", `the pull request is closed, or ${expiry}`],
    ["Cost", costText(region, config)],
  ]);
}

/** What the stack costs on AWS without any orders. */
function costText(deployedTo: string | undefined, config: Record<string, string>): string {
  const region = REGIONS.find((known) => known === deployedTo) ?? REGIONS[0];
  const { fixedDollars } = billOf({
    orders: 0,
    items: 1,
    region,
    kms: config.customerManagedKey === "true",
    waf: config.webAcl === "true",
  });
  const [month, day] = [fixedDollars, (fixedDollars * 24) / HOURS_PER_MONTH].map(dollars);
  return `${month} a month on AWS without any orders, ${day} a day (prices of ${region}, ${AS_OF})`;
}

function smokeText(smoke: SmokeReport | undefined): string {
  if (!smoke) return "- Smoke test: not run";
  const { orders, failures } = smoke;
  const counts = Object.entries(orders).map(([what, count]) => `${count} ${what}`);
  const line = `- ${mark(failures.length === 0)} Smoke test: ${counts.join(", ") || "no orders"}`;
  return [line, ...failures.map((failure) => `  - ${failure}`)].join("\n");
}

function suitesText(suites: SuitesReport | undefined): string {
  if (!suites) return "- Suites: not run";
  const { passed, failed, skipped } = suites;
  const left = skipped === 0 ? "" : `, ${skipped} skipped, as they need their own stack`;
  const line = `- ${mark(failed.length === 0 && passed > 0)} Suites: ${passed} passed, ${failed.length} failed${left}`;
  return [line, ...failed.map((title) => `  - ${title}`)].join("\n");
}

function changesText(changes: ResourceChange[] | Error): string {
  if (changes instanceof Error) return `They can't be compared:\n\n${fenced(changes.message)}`;
  if (changes.length === 0) return "No difference.";
  const groups = Object.entries(PARTICIPLES)
    .map(([operation, word]) => ({ word, found: changes.filter((change) => change.operation === operation) }))
    .filter(({ found }) => found.length > 0);
  const summary = groups.map(({ word, found }) => `${found.length} ${word}`);
  const rows = groups.flatMap(({ word, found }) => found.map(({ name, type }) => [word, `\`${name}\``, type]));
  return [
    `${summary.join(", ")}.`,
    `<details><summary>Which</summary>\n\n${table([["", "Resource", "Type"], ...rows])}\n\n</details>`,
  ].join("\n\n");
}

function table(rows: (string | undefined)[][]): string {
  return markdownTable(rows, { alignDelimiters: false });
}

function mark(isGood: boolean): string {
  return isGood ? "✅" : "❌";
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.replaceAll("```", "'''")}\n\`\`\``;
}

function dollars(value = 0): string {
  return value.toLocaleString("en-US", { style: "currency", currency: "USD" });
}
