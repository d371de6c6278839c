import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { root } from "../../../../tools/paths.ts";
import { runCli } from "../../../support/run-cli.ts";
import { checkShownOutput } from "./shown-output.ts";

describe("The documentation of cost and scale", () => {
  it("shows the bills that ./orders cost prints", async () => {
    await checkShownOutput("cost.md", async (args) => `\`\`\`text\n${(await runCli(args)).output}\`\`\``);
  });

  for (const page of ["README.md", "docs/deploy.md"]) {
    it(`says what a month costs: ${page}`, async () => {
      const { output } = await runCli(["cost", "--orders", "10000"]);
      const [, total] = output.match(/Total a month +\$(\S+)/) ?? [];

      expect(readFileSync(join(root, page), "utf8")).to.include(`about $${Number(total).toFixed(0)} a month`);
    });
  }

  it("shows the tables that ./orders simulate prints", async () => {
    await checkShownOutput("scale.md", async (args) => (await runCli(args)).output.trimEnd());
  });
});
