import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../../tools/paths.ts";

/**
 * Compares the output of commands that a page shows with the actual output. In the page, it is between a comment with
 * the command, `<!-- npm run cost -- --orders 10000 -->`, and `<!-- end -->`. If UPDATE_COUNTS is set, updates the page.
 *
 * @param page - A file in docs/.
 * @param print - Returns a command's output. The command is what follows `npm run `.
 */
export function checkShownOutput(page: string, print: (command: string) => string): void {
  const file = join(root, "docs", page);
  const before = readFileSync(file, "utf8");
  const after = before.replaceAll(
    /(<!-- npm run ([^>]+) -->)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, command: string, end: string) => `${start}\n\n${print(command)}\n\n${end}`,
  );
  expect(before, `docs/${page}`).to.include("<!-- npm run ");
  if (process.env.UPDATE_COUNTS !== undefined) writeFileSync(file, after);
  else expect(before, `docs/${page}, which "npm run cost:count" updates`).to.equal(after);
}
