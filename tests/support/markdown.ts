import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";

/** The text of a second-level section in a page of docs/. */
export function sectionOf(page: string, heading: string): string {
  const text = readFileSync(join(import.meta.dirname, "..", "..", "docs", page), "utf8");
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  return section.split("\n## ")[0] ?? "";
}

/** A table in Markdown. */
export function table(header: string[], rows: (string | number)[][]): string {
  return `${markdownTable([header, ...rows.map((cells) => cells.map(String))], { alignDelimiters: false })}\n`;
}

/** The cells of all tables in a text, row by row, without padding. */
export function cellsOf(text: string): string[][] {
  const rows = text.split("\n").filter((line) => /^\|[^-]*[^-| ]/.test(line));
  return rows.map((row) => row.split("|").map((cell) => cell.trim()));
}
