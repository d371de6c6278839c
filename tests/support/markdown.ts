import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text under a heading of the second rank in a page of docs/, up to the next one. */
export function sectionOf(page: string, heading: string): string {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", page), "utf8");
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  return section.split("\n## ")[0] ?? "";
}

/** A table in Markdown. */
export function table(header: string[], rows: (string | number)[][]): string {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** The cells of the rows of all tables in a text, however they are padded. */
export function cellsOf(text: string): string[][] {
  const rows = text.split("\n").filter((line) => /^\|[^-]*[^-| ]/.test(line));
  return rows.map((row) => row.split("|").map((cell) => cell.trim()));
}
