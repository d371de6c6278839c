import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import options from "../../.mocharc.json" with { type: "json" };
import { root } from "../../tools/paths.ts";
import type { Preview } from "./previews.ts";
import type { SuitesReport } from "./report.ts";

/** The suites that can share a stack: those that call `useSharedStack`. */
const FILES = globSync("tests/integration/*.test.ts", { cwd: root })
  .map((file) => join(root, file))
  .filter((file) => readFileSync(file, "utf8").includes("useSharedStack()"))
  .sort();

/** Runs the integration suites that can share a stack against a preview, one after the other. */
export async function suites({ name, target }: Preview): Promise<SuitesReport> {
  if (FILES.length === 0) {
    throw new Error(
      "No file in tests/integration calls useSharedStack(), so there is nothing to test the preview with.",
    );
  }
  // The suites read these when they are loaded.
  Object.assign(process.env, { ORDERS_STACK: name, ORDERS_TARGET: target });
  const mocha = new Mocha({ ...options, parallel: false, reporter: "spec" });
  for (const file of FILES) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const report: SuitesReport = { passed: 0, skipped: 0, failed: [] };
  await new Promise((done) => {
    mocha
      .run(done)
      .on("pass", () => report.passed++)
      .on("pending", () => report.skipped++)
      .on("fail", (test) => report.failed.push(test.fullTitle()));
  });
  return report;
}
