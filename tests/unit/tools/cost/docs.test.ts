import { describe, it } from "mocha";
import { runCli } from "../../../support/run-cli.ts";
import { checkShownOutput } from "./shown-output.ts";

describe("The documentation of cost and scale", () => {
  it("shows the bills that ./orders cost prints", async () => {
    await checkShownOutput("cost.md", async (args) => `\`\`\`text\n${(await runCli(args)).output}\`\`\``);
  });

  it("shows the tables that ./orders simulate prints", async () => {
    await checkShownOutput("scale.md", async (args) => (await runCli(args)).output.trimEnd());
  });
});
