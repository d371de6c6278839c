import { stripVTControlCharacters } from "node:util";
import { Help } from "commander";
import type { Page } from "./page.ts";

const GAP = "  ";

/** Less room than this is no use for wrapped text. */
const NARROWEST = 20;

/** Rows below a header, in aligned columns. Lines are cut where the terminal ends, so the last columns matter least. */
export function table(header: string[], rows: string[][], { paint, columns: width }: Page): string {
  const lines = columns([header.map((title) => paint("dim", title)), ...rows]).split("\n");
  return lines.map((line) => cut(line, width)).join("\n");
}

/** Rows below a header, in aligned columns. The last column is wrapped where the terminal ends. */
export function wrappedTable(header: string[], rows: string[][], page: Page): string {
  return wrapped([header.map((title) => page.paint("dim", title)), ...rows], page);
}

/** Rows in aligned columns, two blanks apart, with no blanks at the ends of lines. */
export function columns(rows: string[][]): string {
  const widths = widthsOf(rows);
  const pad = (cell: string, column: number) => cell + " ".repeat((widths[column] ?? 0) - width(cell));
  return rows.map((row) => row.map(pad).join(GAP).trimEnd()).join("\n");
}

/** Rows in aligned columns. The last column is wrapped where the terminal ends, with a hanging indent. */
export function wrapped(rows: string[][], { columns: total }: Page): string {
  const indent = widthsOf(rows.map((row) => row.slice(0, -1))).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = (total ?? Number.POSITIVE_INFINITY) - indent;
  if (total === undefined) return columns(rows);
  const help = new Help();
  help.minWidthToWrap = NARROWEST;
  if (room < NARROWEST) return stacked(rows, (text) => help.boxWrap(text, total - STACKED.length));
  return columns(
    rows.flatMap((row) => {
      const [first = "", ...more] = help.boxWrap(row.at(-1) ?? "", room).split("\n");
      return [[...row.slice(0, -1), first], ...more.map((line) => [...row.slice(0, -1).map(() => ""), line])];
    }),
  );
}

const STACKED = "    ";

/** Rows in aligned columns, with what would be in the last one below each. */
function stacked([header = [], ...rows]: string[][], wrap: (text: string) => string): string {
  const [first, ...lines] = columns([header, ...rows].map((row) => row.slice(0, -1))).split("\n");
  const below = (text = "") =>
    text === ""
      ? []
      : wrap(text)
          .split("\n")
          .map((line) => STACKED + line);
  return [first, ...lines.flatMap((line, index) => [line, ...below(rows[index]?.at(-1))])].join("\n");
}

function widthsOf(rows: string[][]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell));
  return widths;
}

/** Keeps the colours of what remains; the codes that end them take no room. */
function cut(line: string, room = Number.POSITIVE_INFINITY): string {
  if (width(line) <= room) return line;
  let kept = "";
  let taken = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what begins a terminal's codes.
  for (const [part] of line.matchAll(/\x1b\[[\d;]*m|./gu)) {
    if (part.length > 1 && part.startsWith("\x1b")) kept += part;
    else if (taken < room - 1) {
      kept += part;
      taken += 1;
    } else if (taken === room - 1) {
      kept += "…";
      taken += 1;
    }
  }
  return kept;
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
