import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "markdown-table";
import { root } from "../../tools/paths.ts";
import type { Table } from "./tables.ts";

const FILE = join(root, "docs", "benchmarks.md");

/** Updates the tables in docs/benchmarks.md. */
export function writeDocument(tables: Table[]): void {
  writeFileSync(FILE, withTables(readFileSync(FILE, "utf8"), tables));
}

/**
 * Replaces the text between the marks `<!-- bench: ID -->` and `<!-- /bench -->` by each table.
 *
 * @throws Error if a table's mark is missing.
 */
export function withTables(document: string, tables: Table[]): string {
  let text = document;
  for (const table of tables) {
    const [before, after] = text.split(`<!-- bench: ${table.id} -->\n`);
    if (after === undefined) throw new Error(`The document has no mark <!-- bench: ${table.id} -->.`);
    const rest = after.slice(after.indexOf("<!-- /bench -->"));
    text = `${before}<!-- bench: ${table.id} -->\n${markdown(table)}${rest}`;
  }
  return text;
}

function markdown({ title, header, rows }: Table): string {
  return `${title}:\n\n${markdownTable([header, ...rows], { alignDelimiters: false })}\n`;
}
