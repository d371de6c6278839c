import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../../tools/paths.ts";

/**
 * Compares the output of commands that a page shows with the actual output. In the page, it is between a comment with
 * the command, `<!-- ./orders cost --orders 10000 -->`, and `<!-- end -->`. If UPDATE_COUNTS is set, updates the page.
 *
 * @param page - A file in docs/.
 * @param print - Returns the output of a command, by its arguments.
 */
export async function checkShownOutput(page: string, print: (args: string[]) => Promise<string>): Promise<void> {
  const file = join(root, "docs", page);
  const before = readFileSync(file, "utf8");
  const commands = [...before.matchAll(/<!-- \.\/orders ([^>]+) -->/g)].map(([, command = ""]) => command);
  let after = before;
  for (const command of commands) {
    const printed = await print(command.split(" "));
    const start = `<!-- ./orders ${command} -->`;
    const from = after.indexOf(start) + start.length;
    after = `${after.slice(0, from)}\n\n${printed}\n\n${after.slice(after.indexOf("<!-- end -->", from))}`;
  }
  expect(commands, `docs/${page}`).not.to.deep.equal([]);
  if (process.env.UPDATE_COUNTS !== undefined) writeFileSync(file, after);
  else expect(before, `docs/${page}, which "./orders recount" updates`).to.equal(after);
}
