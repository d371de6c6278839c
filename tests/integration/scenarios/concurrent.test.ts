import { describe } from "mocha";
import { testScenarios } from "./scenario-suite.ts";

// As when the sweeper or an operator starts a workflow anew that is still under way.
describe("The ways through the workflow, with two executions of each order at once", () => {
  testScenarios(1);
});
