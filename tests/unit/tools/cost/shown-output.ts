import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../../tools/paths.ts";

/**
 * Compares what a page shows with what is printed now. In the page, it is between a comment that says where it comes from,
 * such as `<!-- ./orders cost --orders 10000 -->`, and `<!-- end -->`. If UPDATE_COUNTS is set, updates the page.
 *
 * @param page - A file in docs/.
 * @param print - Returns the output of a command, by its arguments; or of another source, by its words.
 * @param source - What its sources begin with. Default `./orders`.
 */
export async function checkShownOutput(
  page: string,
  print: (args: string[]) => Promise<string>,
  source = "./orders",
): Promise<void> {
  const file = join(root, "docs", page);
  const before = readFileSync(file, "utf8");
  const comments = [...before.matchAll(/<!-- (.+) -->/g)].map(([, text = ""]) => text);
  const commands = comments.filter((text) => text.startsWith(source));
  let after = before;
  for (const command of commands) {
    const printed = await print(command.slice(source.length).trim().split(" "));
    const start = `<!-- ${command} -->`;
    const from = after.indexOf(start) + start.length;
    after = `${after.slice(0, from)}\n\n${printed}\n\n${after.slice(after.indexOf("<!-- end -->", from))}`;
  }
  expect(commands, `docs/${page}`).not.to.deep.equal([]);
  if (process.env.UPDATE_COUNTS !== undefined) writeFileSync(file, after);
  else expect(before, `docs/${page}, which "./orders recount" updates`).to.equal(after);
}
