import { spawn } from "node:child_process";
import { globSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join, relative, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { styleText } from "node:util";
import Mocha from "mocha";
import options from "../.mocharc.json" with { type: "json" };
import { root } from "../tools/paths.ts";
import { slowestFiles } from "./support/file-durations.ts";

const bin = join(root, "node_modules", ".bin");
const checks: Record<string, string[]> = {
  "formatter and linter": ["biome", "check", "."],
  types: ["tsc", "--noEmit"],
  "types of the pages": ["tsc", "--noEmit", "--project", "web"],
  "unused code and dependencies": ["knip"],
  imports: ["depcruise", "."],
};
/** Those with the longest files first. */
const SUITES = ["integration", "load", "faults", "e2e", "hostile", "components", "unit"];
/** One more than there are processors, since many files mostly wait. */
const JOBS = availableParallelism() + 1;
const SLOWEST = 10;
const HOOKS = join(root, "tests", "support", "file-durations.ts");

/**
 * The tests that count the calls to AWS, and those of the tables that follow from the counts: with UPDATE_COUNTS set, they
 * write down what they find.
 */
export const COUNTING = [
  [
    "tests/components/fixed-costs.test.ts",
    "tests/components/website-visit.test.ts",
    "tests/integration/call-counts/call-counts.test.ts",
  ],
  ["tests/unit/tools/cost/docs.test.ts", "tests/unit/tools/cost/simulation/cases.test.ts"],
].map((files) => files.map((file) => join(root, file)));

const counts = { passed: 0, failed: 0 };

/**
 * Runs the linter, the type checker, knip and dependency-cruiser, then all suites, their files side by side, and names the
 * slowest files.
 *
 * @param paths - Only these test files and folders; all, if there are none.
 * @returns Whether all passed.
 */
export async function runTests(paths: readonly string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "orders-tests-"));
  const durations = join(folder, "durations");
  writeFileSync(durations, "");
  Object.assign(process.env, { TEST_DURATIONS: durations, TEST_SNAPSHOTS: join(folder, "snapshots") }); // for the workers
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

  if (paths.length === 0) await Promise.all(Object.entries(checks).map(([name, command]) => runCheck(name, command)));
  await runFiles(paths.length === 0 ? SUITES.map((suite) => join(root, "tests", suite)) : paths);

  const slowest = slowestFiles(durations, SLOWEST);
  if (slowest.length > 1) console.log(`${styleText("bold", "Slowest files")}\n${slowest.join("\n")}\n`);

  const line = `${counts.passed} passed, ${counts.failed} failed`;
  console.log(styleText(counts.failed === 0 ? "green" : "red", line));
  return counts.failed === 0;
}

async function runCheck(name: string, [program = "", ...args]: string[]): Promise<void> {
  const start = Date.now();
  const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) }; // the checks run on the pinned Node
  const child = spawn(program, args, { cwd: root, env });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise((done) => child.once("error", done).once("close", done));
  report(name, code === 0, start);
  if (code !== 0) console.log((await output).join(""));
}

/** Runs the test files among files and folders. Fails for files and folders without tests. */
async function runFiles(paths: readonly string[]): Promise<void> {
  const start = Date.now();
  const nameOf = (path: string) => relative(root, resolve(path));
  const files = paths.flatMap(testFiles);
  const idle = new Set([...files, ...paths.filter((path) => testFiles(path).length === 0)]);
  console.log(styleText("bold", `\n${paths.map(nameOf).join(" ")}`));
  const mocha = new Mocha({
    ...options,
    parallel: true,
    jobs: JOBS,
    require: [HOOKS],
    reporter: "spec",
  });
  for (const file of files) mocha.addFile(file);
  await new Promise((done) => {
    const runner = mocha.run(done);
    runner.on("pass", () => counts.passed++);
    runner.on("fail", ({ file }) => {
      counts.failed++;
      if (file) idle.delete(file);
    });
    runner.on("test end", ({ file }) => file && idle.delete(file));
  });
  for (const path of idle) report(`${nameOf(path)} ran no test`, false, start);
}

function testFiles(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [resolve(path)];
  return globSync("**/*.test.ts", { cwd: path })
    .sort()
    .map((file) => resolve(path, file));
}

function report(name: string, passed: boolean, start: number): void {
  counts[passed ? "passed" : "failed"]++;
  const mark = passed ? styleText("green", "✔") : styleText("red", "✖");
  console.log(`${mark} ${name} ${styleText("dim", `(${((Date.now() - start) / 1000).toFixed(1)} s)`)}`);
}
