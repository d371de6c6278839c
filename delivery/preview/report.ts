import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PreviewLabels } from "../../stacks/stages.ts";

const FILE = "report.json";

/** Where a preview is deployed: to an emulator on this machine, or to the AWS account of the environment's credentials. */
export type PreviewTarget = "local" | "aws";

/** What the steps know of a preview; the comment is written from it. Contains no secrets. */
export interface PreviewReport extends PreviewLabels {
  /** The stack's name. */
  stack: string;
  target: PreviewTarget;
  /** Set once the stack is up. */
  urls?: { website: string; storefront: string; backOffice: string; region: string };
  /** Why the deployment failed. */
  failure?: string;
  /** Duration of the last deployment. */
  seconds?: number;
  smoke?: SmokeReport;
  suites?: SuitesReport;
}

/** The result of the smoke test. */
export interface SmokeReport {
  /** Numbers of orders by status, and of those `sent`, `accepted` and `refused`. */
  orders: Record<string, number>;
  /** What went wrong, a sentence each. */
  failures: string[];
}

/** The result of the suites. */
export interface SuitesReport {
  passed: number;
  /** Tests that need a stack of their own. */
  skipped: number;
  /** Full titles of the failed tests. */
  failed: string[];
}

/** @param folder - The preview's. @returns Undefined if there is no readable report. */
export function readReport(folder: string): PreviewReport | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8")) as PreviewReport;
  } catch {
    return undefined;
  }
}

/** @param folder - The preview's; created if need be. */
export function writeReport(folder: string, report: PreviewReport): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, FILE), JSON.stringify(report, null, 2));
}

/** @param folder - The preview's. */
export function forgetReport(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}
