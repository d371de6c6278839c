import { describe } from "mocha";
import { testScenarios } from "./scenario-suite.ts";

// An EXPRESS workflow has no unique names: what is delivered twice runs twice.
describe("The ways through the workflow where executions of any name run at once", () => {
  testScenarios({ workflowType: "EXPRESS" }, 1);
});
