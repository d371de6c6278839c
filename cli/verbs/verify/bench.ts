import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { styleText } from "node:util";
import { writeDocument } from "../../../load/bench/document.ts";
import { breaches } from "../../../load/bench/gate.ts";
import { PARTS, type PartName } from "../../../load/bench/part-names.ts";
import type { Results } from "../../../load/bench/results.ts";
import { runBench } from "../../../load/bench/run.ts";
import { type Table, tablesOf } from "../../../load/bench/tables.ts";
import { localFolder, root } from "../../../tools/paths.ts";
import { type Context, type Report, TOLD } from "../../context.ts";
import { progressOn } from "../../output/progress.ts";
import { columns } from "../../output/table.ts";

export type BenchOptions = Context<{
  gate?: true;
  only?: PartName[];
  quick?: true;
  rounds?: number;
  write?: true;
}>;

/** Measures how fast the system is, against a floor measured in the same run. */
export async function bench({ options, terminal }: BenchOptions): Promise<Report> {
  const { gate, only, quick, rounds, write } = options;
  const signal = terminal.interruption();
  const progress = progressOn(terminal);
  const results = await runBench({
    only: only ?? PARTS,
    isQuick: quick ?? false,
    ...(rounds !== undefined && { plan: { latencyRounds: rounds, scaleRounds: rounds } }),
    signal,
    onProgress: (part, text) => progress(`${part}: ${text}`),
    onPart: (part, soFar) => {
      const table = tablesOf(soFar).find(({ id }) => id === part);
      progress("");
      if (table) print(table);
    },
  });
  const tables = tablesOf(results);
  for (const table of tables.filter(({ id }) => id === "budgets")) print(table);
  console.log(`\nAll figures: ${relative(root, save(results))}`);
  if (write) writeDocument(tables);

  const beyond = gate ? breaches(results) : [];
  if (beyond.length > 0) throw new Error(beyond.join("\n"));
  return TOLD;
}

function print({ title, header, rows }: Table): void {
  // The empty cell indents the row.
  const all = [header, ...rows].map((cells) => ["", ...cells.map((cell) => cell.replaceAll("**", ""))]);
  console.log(`\n${styleText("bold", title)}\n\n${columns(all)}`);
}

function save(results: Results): string {
  const file = join(localFolder, "bench", `${results.measuredAt.replaceAll(":", "-")}.json`);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return file;
}
