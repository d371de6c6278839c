import { describe, it } from "mocha";
import { readBillOptions } from "../../../../cli/commands/bill-options.ts";
import { billText } from "../../../../tools/cost/bill-text.ts";
import { scaleText } from "../../../../tools/cost/scale-text.ts";
import { checkShownOutput } from "./shown-output.ts";

describe("The pages about cost and scale", () => {
  it("show the bills that npm run cost prints", () => {
    checkShownOutput("cost.md", (command) => {
      const [, options = ""] = command.split("cost -- ");
      return `\`\`\`text\n${billText(readBillOptions(options.split(" ")))}\n\`\`\``;
    });
  });

  it("show the tables that npm run simulate prints", () => {
    checkShownOutput("scale.md", () => scaleText());
  });
});
