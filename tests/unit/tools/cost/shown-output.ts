import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../../tools/paths.ts";

/**
 * Compares what a page says that commands print with what they do print. The page has it after a comment with the
 * command, `<!-- npm run cost -- --orders 10000 -->`, up to `<!-- end -->`. With UPDATE_COUNTS set, it writes it there.
 *
 * @param page - A file of docs/.
 * @param print - What a command prints, by what comes after `npm run `.
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
  else expect(before, `docs/${page}, which "npm run cost:count" writes anew`).to.equal(after);
}
