import { describe } from "mocha";
import { testScenarios } from "./scenario-suite.ts";

// As when the sweeper or an operator restarts a workflow that is still running.
describe("The workflow's scenarios, with two concurrent executions of each order", () => {
  testScenarios(1);
});
