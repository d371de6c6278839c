import { describe } from "mocha";
import { testScenarios } from "./scenario-suite.ts";

describe("The workflow's scenarios", () => {
  testScenarios(0);
});
