import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";

/** Files of products, as spreadsheets read and write them. */

/** The columns that a file may have, in the order in which they are written. */
export const COLUMNS = ["productId", "name", "price", "stock", "description", "image", "active"] as const;

/** The text of a line's cells. A column that the file doesn't have is missing. */
export type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

/** A product's line. */
export interface Row {
  /** Where it begins in the file, from 1. */
  line: number;
  cells: Cells;
}

/** What is wrong with a line. */
export interface BadLine {
  line: number;
  /** A sentence. It may begin with the column that it is about: `price: The value …`. */
  detail: string;
}

/**
 * Reads a file. Cells may be separated by commas, semicolons or tabs, as spreadsheets do depending on their country. Empty
 * lines are skipped, and so are those of empty cells, which spreadsheets leave at the end.
 *
 * @param text - Without a byte-order mark.
 * @returns The rows, and what is wrong with lines. If that is the first one, which names the columns, there are no rows.
 */
export function readCsv(text: string): { rows: Row[]; bad: BadLine[] } {
  const bad: BadLine[] = [];
  // csv-parse counts a CRLF in a cell as two lines.
  const lines = text.replaceAll(/\r\n?/g, "\n").replace(/\n+$/, "");
  const records = parse(lines, {
    delimiter: separatorOf(lines),
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    skip_records_with_error: true,
    on_skip: (error, raw = "") => {
      const line = Number(error?.lines) - newlinesIn(raw);
      if (bad.at(-1)?.line === line) return undefined; // it tries to go on within the same line
      const isOpen = error?.code === "CSV_QUOTE_NOT_CLOSED";
      const detail = isOpen
        ? "A cell begins with a quotation mark, but there is none at its end."
        : 'There is a quotation mark within a cell: put the cell in quotation marks, and double those within ("").';
      bad.push({ line, detail });
      return undefined;
    },
  }) as unknown as { record: string[]; info: { lines: number } }[];

  const [header, ...rows] = records.map(({ record, info }) => ({
    line: info.lines - newlinesIn(record.join("")),
    values: record.map(asText),
  }));
  const names = header?.values.map((name) => name.trim()) ?? [];
  const wrong = wrongHeader(names);
  if (wrong.length > 0) return { rows: [], bad: wrong.map((detail) => ({ line: header?.line ?? 1, detail })) };
  for (const { line, values } of rows) {
    if (values.length === names.length) continue;
    bad.push({ line, detail: `There are ${values.length} cells, but ${names.length} columns.` });
  }
  const right = rows.filter(({ values }) => values.length === names.length);
  return {
    rows: right.map(({ line, values }) => ({
      line,
      cells: Object.fromEntries(names.map((name, index) => [name, values[index]])),
    })),
    bad,
  };
}

/**
 * Writes a file that {@link readCsv} reads as the same cells. It begins with a byte-order mark, without which Excel doesn't
 * take it for UTF-8.
 *
 * A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, which can send away what is around it, and
 * names come from suppliers, too. So such cells get an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection),
 * and lose it when they are read. Cells that begin with apostrophes before such a character get another one: thus nothing is
 * lost. The API refuses control characters, which could do the same. A spreadsheet that expects semicolons may still find a
 * formula behind one within a cell; only another file format could prevent that.
 */
export function writeCsv(lines: readonly Cells[]): string {
  const records = lines.map((cells) => COLUMNS.map((column) => asNoFormula(cells[column] ?? "")));
  return stringify(records, { bom: true, header: true, columns: [...COLUMNS] });
}

/** The last four are the full-width forms, which spreadsheets in East Asia take for the same. */
const FORMULA = "[=+@\\-＝＋＠－]";
const [BEGINS_FORMULA, BEGINS_NO_FORMULA] = [new RegExp(`^'*${FORMULA}`), new RegExp(`^'+${FORMULA}`)];

function asNoFormula(text: string): string {
  return BEGINS_FORMULA.test(text) ? `'${text}` : text;
}

function asText(cell: string): string {
  return BEGINS_NO_FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** No column's name has one of these. */
function separatorOf(lines: string): string {
  const [header = ""] = lines.trimStart().split("\n", 1);
  return [";", "\t"].find((separator) => header.includes(separator)) ?? ",";
}

function wrongHeader(names: string[]): string[] {
  const known: readonly string[] = COLUMNS;
  const unknown = names.filter((name) => !known.includes(name));
  const twice = names.filter((name, index) => names.indexOf(name) < index && known.includes(name));
  return [
    ...unknown.map((name) => `There is no column "${name}": the columns are ${COLUMNS.join(", ")}.`),
    ...twice.map((name) => `The column ${name} is there twice.`),
    ...(names.includes("productId") ? [] : ["The first line must name the columns, and productId must be among them."]),
  ];
}

function newlinesIn(text: string): number {
  return text.split("\n").length - 1;
}
