import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Command } from "commander";
import { ID } from "../../../cli/help.ts";
import { root } from "../../../tools/paths.ts";
import { argumentsOf, idleProgram, parsed, verbsOf } from "../../support/parsed.ts";
import { runCli } from "../../support/run-cli.ts";

/** Where commands are documented, by what the reader has to fill in. */
const PLACEHOLDERS: Record<string, string> = { ID, VERB: "list", STACK: "dev", "…": "2027-01-31T12:00:00Z" };

describe("The help of ./orders", () => {
  for (const { path, command } of verbsOf()) {
    it(`teaches "${path.join(" ")}" by examples that work`, async () => {
      const help = helpOf(command);
      const shown = [...help.matchAll(/^ {2}((?:\S.* \| )?\.\/orders .*)$/gm)].map(([, line = ""]) => line);
      const own = shown.filter((line) => argumentsOf(line).join(" ").startsWith(path.join(" ")));

      expect(command.description()).to.match(/^[A-Z].*\.$/);
      expect(own, "examples").not.to.deep.equal([]);
      for (const line of shown.filter((line) => !line.endsWith("--version"))) await parsed(...argumentsOf(line));
    });
  }

  it("lists every verb by what people do with it, and what the exit codes mean", () => {
    const help = helpOf(idleProgram());
    const headings = [...help.matchAll(/^([A-Z].*):$/gm)].map(([, heading]) => heading);

    expect(headings).to.deep.equal([
      "Options",
      "Run it on this machine",
      "Operate a stack, here or on AWS",
      "Verify",
      "Ship",
      "Help",
      "Exit codes",
    ]);
    for (const { path } of verbsOf()) {
      if (path[0] !== "redeploy") expect(help).to.match(new RegExp(`^  ${path[0]} +[A-Z]`, "m"));
    }
    expect(help).to.match(/^Exit codes:\n {2}0 +done$/m);
  });

  it("fits 80 columns, for every verb", () => {
    for (const { command } of verbsOf()) {
      const prose = helpOf(command).replace(/\nExamples:[\s\S]*/, "");
      expect(prose.split("\n").filter((line) => line.length > 80)).to.deep.equal([]);
    }
  });

  it("shows the global options that a verb takes, and no others", async () => {
    const { command: list } = verbsOf().find(({ path }) => path.join(" ") === "list") as { command: Command };
    const { command: bench } = verbsOf().find(({ path }) => path.join(" ") === "bench") as { command: Command };

    const refused = await runCli(["bench", "--stack", "dev"]);

    expect(helpOf(list)).to.include("--stack").and.to.include("--json");
    expect(helpOf(bench)).not.to.match(/--stack|--json/);
    expect(refused).to.deep.equal({ output: "", errors: '"bench" has no option --stack.\n', exitCode: 2 });
  });

  it("is suggested to people who mistype, and ends with 2", async () => {
    const verb = await runCli(["lits"]);
    const withHelp = await runCli(["lits", "--help"]);
    const option = await runCli(["outputs", "--show-secret"]);
    const nested = await runCli(["dlq", "purgee", "order"]);

    for (const { output, exitCode } of [verb, withHelp, option, nested])
      expect({ output, exitCode }).to.deep.equal({ output: "", exitCode: 2 });
    expect(verb.errors).to.match(/^Unknown command 'lits'\n\(Did you mean list\?\)\n\(--help after a verb explains it/);
    expect(withHelp.errors).to.match(/^Unknown command 'lits'/);
    expect(option.errors).to.match(/^Unknown option '--show-secret'\n\(Did you mean --show-secrets\?\)\n/);
    expect(nested.errors).to.match(/^Unknown command 'purgee'\n\(Did you mean purge\?\)\n/);
  });

  it("prints the version that package.json has", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

    expect(await runCli(["--version"])).to.deep.equal({ output: `${version}\n`, errors: "", exitCode: 0 });
  });
});

describe("The documents", () => {
  const pages = ["README.md", "CONTRIBUTING.md", ...globSync("docs/*.md", { cwd: root })];
  const linesOf = (page: string) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\.\/orders (?:(?! -->)[^`#\n|])*/g)].map(([line]) =>
      line.trim(),
    );

  for (const page of pages) {
    it(`name commands that there are: ${page}`, async () => {
      for (const line of linesOf(page)) {
        const words = argumentsOf(line.replace(/\bID\b|\bVERB\b|\bSTACK\b|…/g, (word) => PLACEHOLDERS[word] ?? word));
        if (["--help", "VERB"].includes(words[0] ?? "") || words.includes("--help")) continue;
        await check(words).catch((error) => {
          throw new Error(`${page}: ${line}: ${error.message}`);
        });
      }
    });
  }

  it("have many, and say nothing of a package called orders, which is somebody else's", () => {
    expect(pages.flatMap(linesOf)).to.have.length.above(80);
    for (const page of pages)
      expect(readFileSync(join(root, page), "utf8"), page).not.to.match(/npx orders|npm run (?!format)/);
  });

  /** A line without its arguments, such as `./orders deploy` in a sentence, has to name a verb at least. */
  async function check(words: string[]): Promise<void> {
    const isVerb = verbsOf().some(({ path }) => path.join(" ") === words.join(" "));
    const isGroup = idleProgram().commands.some((verb) => verb.name() === words.join(" "));
    if (!isVerb && !isGroup) await parsed(...words);
  }
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
