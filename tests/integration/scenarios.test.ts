import { describe } from "mocha";
import { testScenarios } from "../support/scenario-suite.ts";

describe("The ways through the workflow", () => {
  testScenarios(0);
});
