import { describe } from "mocha";
import { testScenarios } from "./scenario-suite.ts";

describe("The ways through the workflow", () => {
  testScenarios(0);
});
