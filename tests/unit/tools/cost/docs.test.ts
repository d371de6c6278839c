import { describe, it } from "mocha";
import { ordersAnywhere } from "../../../support/command.ts";
import { checkShownOutput } from "./shown-output.ts";

describe("The pages about cost and scale", () => {
  it("show the bills that ./orders cost prints", async () => {
    await checkShownOutput("cost.md", async (args) => `\`\`\`text\n${(await ordersAnywhere(args)).output}\`\`\``);
  });

  it("show the tables that ./orders simulate prints", async () => {
    await checkShownOutput("scale.md", async (args) => (await ordersAnywhere(args)).output.trimEnd());
  });
});
