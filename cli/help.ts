/** An order's id, for examples. */
export const ID = "0195c0de-5eed-7c0f-8fee-0dd51de0ca7e";

/** How an order's id begins: enough of it wherever an id is wanted. */
export const SHORT_ID = "0195c0de-5eed";

/** The part of a verb's help that teaches: lines to copy, such as `orders list`, and what each does. */
export function examples(...lines: [command: string, does: string][]): string {
  const shown = lines.map(([line, does]) => `  ${line.replace(/(^|\| )orders /, "$1./orders ")}\n      ${does}`);
  return `\nExamples:\n${shown.join("\n")}`;
}

/** Commander's `error: missing required argument 'id'`, as a sentence. */
export function sentence(error: string): string {
  const text = error.replace(/^error: /, "").trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?)]$/.test(text) ? "" : "."}`;
}
