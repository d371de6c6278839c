import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { root } from "../../../tools/paths.ts";

/** What each command takes that is not the operators', by its file. */
const COMMANDS = {
  "cli/commands/bench.ts": "--gate",
  "cli/commands/cost.ts": "--orders",
  "cli/commands/load.ts": "--profile",
  "cli/commands/outputs.ts": "--show-secrets",
  "cli/commands/comment.ts": "--file",
  "cli/commands/preview.ts": "up",
  "cli/commands/release.ts": "--rollback",
  "tests/faults/command.ts": "--seed",
};

describe("Commands of npm run", function () {
  this.timeout(60_000);

  for (const [file, option] of Object.entries(COMMANDS)) {
    it(`explain themselves: ${file}`, async () => {
      const { output, errors, code } = await run(file, "--help");

      expect({ errors, code }).to.deep.equal({ errors: "", code: 0 });
      expect(output)
        .to.match(/^Usage: npm run [\w:]+ -- /)
        .and.include(option);
    });
  }

  it("say in a sentence what they don't know, and do nothing", async () => {
    const { output, errors, code } = await run("cli/commands/outputs.ts", "--show-secret");

    expect({ output, code }).to.deep.equal({ output: "", code: 1 });
    expect(errors).to.equal(
      "Unknown option '--show-secret'\n(Did you mean --show-secrets?) \"npm run outputs -- --help\" tells what it takes.\n",
    );
  });

  it("tell people who name no verb which there are", async () => {
    const { errors, code } = await run("cli/commands/preview.ts");

    expect(code).to.equal(1);
    expect(errors).to.match(/^Usage: npm run preview -- /);
  });
});

async function run(file: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(root, file), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { output, errors, code };
}
