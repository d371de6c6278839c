import { type PreviewLabels, previewConfig, stageValues } from "../../stacks/stages.ts";
import { awsPreview } from "./aws-preview.ts";
import { commentOf } from "./comment.ts";
import { localPreview } from "./local-preview.ts";
import type { PreviewStack } from "./preview-stack.ts";
import type { Preview } from "./previews.ts";
import { forgetReport, type PreviewReport, readReport, writeReport } from "./report.ts";
import { changesSince } from "./resources.ts";
import { smoke } from "./smoke.ts";
import { suites } from "./suites.ts";

/** Creates or updates a preview. @throws Error if the deployment fails, which the report then says, too. */
export async function up(preview: Preview, labels: PreviewLabels, signal: AbortSignal): Promise<void> {
  const { name, target, folder } = preview;
  const report: PreviewReport = { stack: name, target, ...labels };
  const start = performance.now();
  writeReport(folder, report);
  try {
    const outputs = await stackOf(preview).up(previewConfig(labels), signal);
    const { websiteUrl = "", storefrontUrl = "", apiUrl = "", region = "" } = outputs;
    const urls = { website: websiteUrl, storefront: storefrontUrl, backOffice: apiUrl, region };
    writeReport(folder, { ...report, urls, seconds: (performance.now() - start) / 1_000 });
  } catch (error) {
    writeReport(folder, { ...report, failure: (error as Error).message });
    throw error;
  }
}

/** Runs the smoke test and, even if that fails, the suites. @throws Error, a line for each failure. */
export async function test(preview: Preview, signal: AbortSignal): Promise<void> {
  const { name, folder } = preview;
  const report = reportOf(preview);
  if (!report.urls) throw new Error(`The stack ${name} is not up, so there is nothing to test.`);
  const smokeReport = await smoke(preview, signal);
  writeReport(folder, { ...report, smoke: smokeReport });
  const suitesReport = await suites(preview);
  writeReport(folder, { ...report, smoke: smokeReport, suites: suitesReport });
  const { failed, passed } = suitesReport;
  const failures = [...smokeReport.failures, ...failed.map((title) => `Failed: ${title}`)];
  if (passed === 0) failures.push("No test ran.");
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

/** Writes the comment from a preview's report. @param base - The git ref to compare resources with. */
export async function comment(preview: Preview, base: string): Promise<string> {
  const report = reportOf(preview);
  // Without the labels, which differ in every preview.
  const config = stageValues("pr");
  const changes = await changesSince(base, config).catch((error: Error) => error);
  return commentOf(report, { config, base, changes });
}

/** Destroys a preview and removes everything that this machine keeps of it. */
export async function down(preview: Preview, signal: AbortSignal): Promise<void> {
  const { name, folder } = preview;
  const wasThere = await stackOf(preview).down(signal);
  forgetReport(folder);
  console.log(wasThere ? `The stack ${name} is gone.` : `There is no stack ${name}.`);
}

function stackOf(preview: Preview): PreviewStack {
  return preview.target === "aws" ? awsPreview(preview.name) : localPreview(preview);
}

function reportOf({ name, folder }: Preview): PreviewReport {
  const report = readReport(folder);
  if (!report)
    throw new Error(`The stack ${name} was not deployed from this machine: run "./orders preview up" first.`);
  return report;
}
