import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import type { Command } from "commander";
import { ID } from "../../../cli/help.ts";
import { programOf } from "../../../cli/program.ts";
import { root } from "../../../tools/paths.ts";

describe("Help of the operators' command", () => {
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const interruption = () => new AbortController().signal;
  /** Reads arguments as ever, but does nothing then. */
  const program = () => programOf(() => async () => {}, { ...terminal, interruption });

  for (const { path, command } of verbsOf(program())) {
    it(`teaches "orders ${path}" by examples that work`, async () => {
      const help = helpOf(command);
      const shown = [...help.matchAll(/^ {2}((?:\S.* \| )?orders .*)$/gm)].map(([, line = ""]) => line);
      const own = shown.filter((line) => argumentsOf(line).join(" ").startsWith(path));

      expect(command.description()).to.match(/^[A-Z].*\.$/);
      expect(own, "examples").not.to.deep.equal([]);
      for (const line of shown) await program().parseAsync(argumentsOf(line), { from: "user" });
    });
  }

  it("lists every verb, and what the exit codes mean", () => {
    const help = helpOf(program());

    for (const { path } of verbsOf(program())) expect(help).to.match(new RegExp(`^  ${path.split(" ")[0]}\\b`, "m"));
    expect(help).to.match(/^Exit codes:\n {2}0 +done$/m);
  });

  it("is right about the commands in docs/operations.md", async () => {
    const page = readFileSync(join(root, "docs", "operations.md"), "utf8");
    const lines = [...page.matchAll(/npx orders [^`#\n]*/g)].map(([line]) => line.replaceAll(/\bID\b/g, ID).trim());

    expect(lines).to.have.length.above(10);
    for (const line of lines) {
      await program()
        .parseAsync(argumentsOf(line), { from: "user" })
        .catch((error) => {
          throw new Error(`docs/operations.md: ${line}: ${error.message}`);
        });
    }
  });
});

function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return help;
}

function verbsOf(command: Command, before: string[] = []): { path: string; command: Command }[] {
  return command.commands.flatMap((verb) => {
    const path = [...before, verb.name()];
    return verb.commands.length > 0 ? verbsOf(verb, path) : [{ path: path.join(" "), command: verb }];
  });
}

/** The words after `orders` of a line for the shell, up to a pipe, without the quotes around them. */
function argumentsOf(line: string): string[] {
  const [, after = ""] = /\borders (.*)/.exec(line) ?? [];
  const words = after.split(" | ")[0]?.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^"(.*)"$/, "$1"));
}
