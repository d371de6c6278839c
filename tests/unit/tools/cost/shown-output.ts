import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../../../tools/paths.ts";

/**
 * Compares what a page says that commands print with what they do print. The page has it after a comment with the
 * command, `<!-- ./orders cost --orders 10000 -->`, up to `<!-- end -->`. With UPDATE_COUNTS set, it writes it there.
 *
 * @param page - A file of docs/.
 * @param print - What a command prints, by its arguments.
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
  else expect(before, `docs/${page}, which "./orders recount" writes anew`).to.equal(after);
}
