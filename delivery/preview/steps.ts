import { rmSync } from "node:fs";
import { folderOf } from "../../stacks/record.ts";
import { previewConfig, stageValues } from "../../stacks/stages.ts";
import { commentOf } from "./comment.ts";
import { previewOn } from "./preview-stack.ts";
import { type PreviewReport, type PreviewTarget, readReport, writeReport } from "./report.ts";
import { changesSince } from "./resources.ts";
import { smoke } from "./smoke.ts";
import { suites } from "./suites.ts";

/** Brings a preview up, or up to date. @throws Error where that fails. */
export async function up(about: PreviewReport, signal: AbortSignal): Promise<void> {
  const start = performance.now();
  writeReport(about);
  try {
    const outputs = await previewOn(about.target, about.stack).up(previewConfig(about), signal);
    const { websiteUrl = "", storefrontUrl = "", apiUrl = "", region = "" } = outputs;
    const urls = { website: websiteUrl, storefront: storefrontUrl, backOffice: apiUrl, region };
    writeReport({ ...about, urls, seconds: (performance.now() - start) / 1_000 });
  } catch (error) {
    writeReport({ ...about, failure: (error as Error).message });
    throw error;
  }
}

/** Tests a preview that is up; the suites run also where the smoke test fails. @throws Error where one of them does. */
export async function test(stack: string, signal: AbortSignal): Promise<void> {
  const report = reportOf(stack);
  if (!report.urls) throw new Error(`The stack ${stack} is not up: nothing can be tested.`);
  const smokeReport = await smoke(stack, report.target, signal);
  writeReport({ ...report, smoke: smokeReport });
  const suitesReport = await suites(stack, report.target);
  writeReport({ ...report, smoke: smokeReport, suites: suitesReport });
  const { failed, passed } = suitesReport;
  const faults = [...smokeReport.faults, ...failed.map((title) => `Failed: ${title}`)];
  if (passed === 0) faults.push("No test ran.");
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/** Writes the comment on what is known of a preview. @param base - What the resources are compared with. */
export async function comment(stack: string, base: string): Promise<string> {
  const report = reportOf(stack);
  // Without what differs from one preview to the next.
  const config = stageValues("pr");
  const changes = await changesSince(base, config).catch((error: Error) => error);
  return commentOf(report, { config, base, changes });
}

/** Takes a preview away with all that there is of it. */
export async function down(stack: string, target: PreviewTarget, signal: AbortSignal): Promise<void> {
  const wasThere = await previewOn(target, stack).down(signal);
  rmSync(folderOf(stack), { recursive: true, force: true });
  console.log(wasThere ? `The stack ${stack} is gone.` : `There is no stack ${stack}.`);
}

function reportOf(stack: string): PreviewReport {
  const report = readReport(stack);
  if (!report) throw new Error(`Nothing is known here of the stack ${stack}: bring it up first.`);
  return report;
}
