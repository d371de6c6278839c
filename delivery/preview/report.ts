import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOf } from "../../stacks/record.ts";

/** Where a preview's stack is: on this machine, or in the AWS account of the environment's credentials. */
export type PreviewTarget = "local" | "aws";

/** What the steps of a preview's life tell each other, and its comment. No secrets. */
export interface PreviewReport {
  stack: string;
  target: PreviewTarget;
  commit: string;
  owner: string;
  /** RFC 3339, UTC. */
  expiry: string;
  /** The stack's URLs, once it is up. */
  urls?: { website: string; storefront: string; backOffice: string; region: string };
  /** Why it is not up. */
  failure?: string;
  /** What the last deployment took. */
  seconds?: number;
  smoke?: SmokeReport;
  suites?: SuitesReport;
}

/** What the load test found. */
export interface SmokeReport {
  /** Orders by status, with `sent`, `accepted` and `refused`. */
  orders: Record<string, number>;
  /** A sentence each; none where all is well. */
  faults: string[];
}

/** What the suites found. */
export interface SuitesReport {
  passed: number;
  /** Tests that need a stack of their own. */
  skipped: number;
  /** The full titles of those that failed. */
  failed: string[];
}

/** @returns Nothing where there is no such preview, or it is an earlier version's. */
export function readReport(stack: string): PreviewReport | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(stack), "utf8")) as PreviewReport;
  } catch {
    return undefined;
  }
}

export function writeReport(report: PreviewReport): void {
  mkdirSync(folderOf(report.stack), { recursive: true });
  writeFileSync(fileOf(report.stack), JSON.stringify(report, null, 2));
}

function fileOf(stack: string): string {
  return join(folderOf(stack), "report.json");
}
