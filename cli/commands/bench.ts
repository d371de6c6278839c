// npm run bench: how fast the system is, against a floor measured in the same run. docs/benchmarks.md says what it measures.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { styleText } from "node:util";
import { InvalidArgumentError } from "commander";
import { writeDocument } from "../../load/bench/document.ts";
import { breaches } from "../../load/bench/gate.ts";
import type { Results } from "../../load/bench/results.ts";
import { PARTS, type PartName, runBench } from "../../load/bench/run.ts";
import { type Table, tablesOf } from "../../load/bench/tables.ts";
import { localFolder, root } from "../../tools/paths.ts";
import { wholeNumber } from "../arguments.ts";
import { command } from "../command.ts";
import { commandLine } from "../command-line.ts";

interface Options {
  gate?: true;
  only?: PartName[];
  quick?: true;
  rounds?: number;
  write?: true;
}

await command(async (signal) => {
  const { gate, only, quick, rounds, write } = commandLine(
    "npm run bench --",
    "Measures how fast the system is, against a floor in the same run. docs/benchmarks.md says what it measures.",
  )
    .option("--gate", "end with 1 where a ratio is beyond its budget")
    .option("--write", "write the tables of docs/benchmarks.md")
    .option("--only <parts>", `only these, with commas between them: ${PARTS.join(", ")}`, partsNamed)
    .option("--rounds <number>", "so many rounds of sequential requests, in place of the plan's", wholeNumber(1))
    .option("--quick", "in a minute, to see that it works")
    .parse()
    .opts<Options>();
  const results = await runBench({
    only: only ?? PARTS,
    isQuick: quick ?? false,
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
  if (write) writeDocument(tables);

  const beyond = gate ? breaches(results) : [];
  for (const sentence of beyond) console.error(styleText("red", sentence, { stream: process.stderr }));
  if (beyond.length > 0) process.exitCode = 1;
});

function partsNamed(names: string): PartName[] {
  return names.split(",").map((name) => {
    const part = PARTS.find((part) => part === name);
    if (part === undefined) throw new InvalidArgumentError(`The parts are ${PARTS.join(", ")}.`);
    return part;
  });
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
