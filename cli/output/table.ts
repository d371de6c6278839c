import { stripVTControlCharacters } from "node:util";
import type { Paint } from "../context.ts";

/** Rows below a header, in aligned columns. */
export function table(header: string[], rows: string[][], paint: Paint): string {
  return columns([header.map((title) => paint("dim", title)), ...rows]);
}

/** Rows in aligned columns, two blanks apart, with no blanks at the ends of lines. */
export function columns(rows: string[][]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    }
  const pad = (cell: string, column: number) => cell + " ".repeat((widths[column] ?? 0) - width(cell));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
