import type { styleText } from "node:util";

/** Colours and emphasis, on a terminal only. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** What texts are made for. */
export interface Page {
  paint: Paint;
  /** Width of the terminal. A pipe or a file has none: nothing is cut or shortened for it. */
  columns?: number | undefined;
}
