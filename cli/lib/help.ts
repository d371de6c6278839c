/** The part of a verb's help that teaches: lines to copy, and what each does. */
export function examples(...lines: [command: string, does: string][]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  const shown = lines.map(([command, does]) => `  ${command.padEnd(width)}  ${does}`);
  return `\nExamples:\n${shown.join("\n")}`;
}
