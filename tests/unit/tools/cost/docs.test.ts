import { describe, it } from "mocha";
import { readBillOptions } from "../../../../cli/commands/bill-options.ts";
import { billText } from "../../../../tools/cost/bill-text.ts";
import { scaleText } from "../../../../tools/cost/scale-text.ts";
import { checkShownOutput } from "./shown-output.ts";

describe("The documentation of cost and scale", () => {
  it("shows the bills that npm run cost prints", () => {
    checkShownOutput("cost.md", (command) => {
      const [, options = ""] = command.split("cost -- ");
      return `\`\`\`text\n${billText(readBillOptions(options.split(" ")))}\n\`\`\``;
    });
  });

  it("shows the tables that npm run simulate prints", () => {
    checkShownOutput("scale.md", () => scaleText());
  });
});
