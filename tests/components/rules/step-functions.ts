import { expects, isOneOf, isTrue, type Rule, resource } from "./rule.ts";

const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** Rules on Step Functions. */
export const STEP_FUNCTIONS_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-SF1"],
    title: "The state machine logs all events to CloudWatch Logs",
    source: "cdk-nag, StepFunctionStateMachineAllLogsToCloudWatch",
    appliesTo: [STATE_MACHINE],
    check: expects("loggingConfiguration.level", isOneOf("ALL")),
    mutations: {
      "without logs": { loggingConfiguration: undefined },
      "that only logs errors": { loggingConfiguration: { level: "ERROR" } },
    },
  },
  {
    ids: ["AwsSolutions-SF2", "WS5000", "CKV_AWS_284"],
    title: "The state machine has X-Ray tracing enabled",
    source:
      "cdk-nag, StepFunctionStateMachineXray; serverless-rules, step_functions/tracing; checkov, StateMachineXray",
    appliesTo: [STATE_MACHINE],
    check: expects("tracingConfiguration.enabled", isTrue),
    mutations: {
      "without tracing": { tracingConfiguration: undefined },
      "with tracing off": { tracingConfiguration: { enabled: false } },
    },
  },
  {
    ids: ["CKV_AWS_285"],
    title: "The state machine logs its execution history with its data",
    source: "checkov, StateMachineLoggingExecutionHistory",
    appliesTo: [STATE_MACHINE],
    check: expects("loggingConfiguration.includeExecutionData", isTrue),
    mutations: { "without data in its logs": { loggingConfiguration: { level: "ALL", includeExecutionData: false } } },
    example: [resource(STATE_MACHINE, "machine", { loggingConfiguration: { includeExecutionData: true } })],
  },
];
