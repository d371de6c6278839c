import { appendFileSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Context } from "mocha";
import { root } from "../../tools/paths.ts";

/** The file that the processes of a test run append to, a line of JSON for each test file. */
const { TEST_DURATIONS } = process.env;

let start = 0;

/** Mocha's root hooks, which surround each test file: they measure it, with the hooks that deploy its stack. */
export const mochaHooks = {
  beforeAll() {
    start = performance.now();
  },
  afterAll(this: Context) {
    const file = this.test?.parent?.suites[0]?.file;
    if (!TEST_DURATIONS || !file) return;
    const line = { file: relative(root, file), seconds: (performance.now() - start) / 1_000 };
    appendFileSync(TEST_DURATIONS, `${JSON.stringify(line)}\n`);
  },
};

/** The slowest files of a run, the slowest first, a line of text each. */
export function slowestFiles(record: string, count: number): string[] {
  const lines: { file: string; seconds: number }[] = readFileSync(record, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const slowest = lines.toSorted((a, b) => b.seconds - a.seconds).slice(0, count);
  return slowest.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`);
}
