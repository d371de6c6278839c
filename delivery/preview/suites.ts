import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import options from "../../.mocharc.json" with { type: "json" };
import { root } from "../../tools/paths.ts";
import type { PreviewTarget, SuitesReport } from "./report.ts";

/** The files with suites that can share a stack: what they call is `useSharedStack`. */
const FILES = globSync("tests/integration/*.test.ts", { cwd: root })
  .map((file) => join(root, file))
  .filter((file) => readFileSync(file, "utf8").includes("useSharedStack()"))
  .sort();

/** Runs the integration suites that can share a stack on one that is there, one after the other. */
export async function suites(stack: string, target: PreviewTarget): Promise<SuitesReport> {
  if (FILES.length === 0) {
    throw new Error(
      "No file of tests/integration calls useSharedStack(), so there is nothing to test the preview with.",
    );
  }
  // Read by the suites when they are loaded.
  Object.assign(process.env, { ORDERS_STACK: stack, ORDERS_TARGET: target });
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
