// npm run bench: how fast the system is, against a floor measured in the same run. docs/benchmarks.md says what it measures.
//
//   --gate         ends with 1 where a ratio is beyond its budget
//   --write        writes the tables of docs/benchmarks.md
//   --only PARTS   only these, with commas between them
//   --rounds N     so many rounds of sequential requests, in place of the plan's
//   --quick        in a minute, to see that it works

import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs, styleText } from "node:util";
import { command } from "../../lib/command.ts";
import { localFolder, root } from "../../lib/tools.ts";
import { writeDocument } from "../document.ts";
import { breaches } from "../gate.ts";
import type { Results } from "../results.ts";
import { PARTS, type PartName, runBench } from "../run.ts";
import { type Table, tablesOf } from "../tables.ts";

await command(async (signal) => {
  const { values } = parseArgs({
    options: {
      gate: { type: "boolean", default: false },
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const only = values.only === undefined ? PARTS : values.only.split(",").map(partNamed);
  const rounds = values.rounds === undefined ? undefined : wholeNumber(values.rounds);

  const results = await runBench({
    only,
    isQuick: values.quick,
    ...(rounds !== undefined && { plan: { latencyRounds: rounds, scaleRounds: rounds } }),
    signal,
    onProgress: progress,
    onPart: (part, soFar) => {
      const table = tablesOf(soFar).find(({ id }) => id === part);
      if (table) print(table);
    },
  });
  const tables = tablesOf(results);
  for (const table of tables.filter(({ id }) => id === "budgets")) print(table);
  console.log(`\nAll figures: ${relative(root, save(results))}`);
  if (values.write) writeDocument(tables);

  const beyond = values.gate ? breaches(results) : [];
  for (const sentence of beyond) console.error(styleText("red", sentence, { stream: process.stderr }));
  if (beyond.length > 0) process.exitCode = 1;
});

function partNamed(name: string): PartName {
  const part = PARTS.find((part) => part === name);
  if (part === undefined) throw new Error(`There is no part ${name}: the parts are ${PARTS.join(", ")}.`);
  return part;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--rounds must be a whole number of at least 1, but is ${text}.`);
  return Number(text);
}

/** One line that changes, on a terminal; nowhere else, where it would be thousands. */
function progress(part: PartName, text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${part}: ${text}`);
}

function print({ title, header, rows }: Table): void {
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
  const all = [header, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("**", "")));
  const widths = header.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  console.log(`\n${styleText("bold", title)}\n`);
  for (const cells of all) console.log(`  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`);
}

function save(results: Results): string {
  const file = join(localFolder, "bench", `${results.measuredAt.replaceAll(":", "-")}.json`);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return file;
}
