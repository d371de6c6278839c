import { expects, isOneOf, isTrue, type Rule, resource } from "./rule.ts";

const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

/** Rules on Step Functions. */
export const STEP_FUNCTIONS_RULES: Rule[] = [
  {
    id: "AwsSolutions-SF1",
    title: "The state machine logs all events to CloudWatch Logs",
    source: "cdk-nag, StepFunctionStateMachineAllLogsToCloudWatch",
    appliesTo: [STATE_MACHINE],
    finds: expects("loggingConfiguration.level", isOneOf("ALL")),
    broken: {
      "without logs": { loggingConfiguration: undefined },
      "that logs errors only": { loggingConfiguration: { level: "ERROR" } },
    },
  },
  {
    id: "AwsSolutions-SF2",
    title: "The state machine has X-Ray tracing enabled",
    source: "cdk-nag, StepFunctionStateMachineXray",
    appliesTo: [STATE_MACHINE],
    finds: expects("tracingConfiguration.enabled", isTrue),
    broken: { "without tracing": { tracingConfiguration: undefined } },
  },
  {
    id: "WS5000",
    title: "Step Functions: tracing",
    source: "serverless-rules, step_functions/tracing",
    appliesTo: [STATE_MACHINE],
    finds: expects("tracingConfiguration.enabled", isTrue),
    broken: { "with tracing off": { tracingConfiguration: { enabled: false } } },
  },
  {
    id: "CKV_AWS_284",
    title: "The state machine has X-Ray tracing enabled",
    source: "checkov, StateMachineXray",
    appliesTo: [STATE_MACHINE],
    finds: expects("tracingConfiguration.enabled", isTrue),
    broken: { "with tracing off": { tracingConfiguration: { enabled: false } } },
  },
  {
    id: "CKV_AWS_285",
    title: "The state machine logs its execution history with its data",
    source: "checkov, StateMachineLoggingExecutionHistory",
    appliesTo: [STATE_MACHINE],
    finds: expects("loggingConfiguration.includeExecutionData", isTrue),
    broken: { "that logs no data": { loggingConfiguration: { level: "ALL", includeExecutionData: false } } },
    example: [resource(STATE_MACHINE, "machine", { loggingConfiguration: { includeExecutionData: true } })],
  },
];
