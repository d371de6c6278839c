/** An order's id, for examples. */
export const ID = "0195c0de-5eed-7c0f-8fee-0dd51de0ca7e";

/** The part of a verb's help that teaches: lines to copy, and what each does. */
export function examples(...lines: [command: string, does: string][]): string {
  return `\nExamples:\n${lines.map(([command, does]) => `  ${command}\n      ${does}`).join("\n")}`;
}
