import { ALL, type Exception } from "./exception.ts";

/** Wildcards in permissions. */
export const PERMISSION_EXCEPTIONS: Exception[] = [
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "*-policy",
    findings: ["xray:PutTraceSegments on *", "xray:PutTelemetryRecords on *"],
    stages: ALL,
    reason: "X-Ray supports no resources for these actions.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "notifications-publish-events-policy",
    findings: ["dynamodb:ListStreams on *"],
    stages: ALL,
    reason: "Lambda needs it to poll the table's stream; DynamoDB supports no resources for it.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "*-policy",
    findings: ["logs:CreateLogStream on …:*", "logs:PutLogEvents on …:*"],
    stages: ALL,
    reason: "They are limited to one log group; Lambda chooses the names of its streams.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "fulfilment-policy",
    findings: [
      "xray:GetSamplingRules on *",
      "xray:GetSamplingTargets on *",
      "logs:CreateLogDelivery on *",
      "logs:GetLogDelivery on *",
      "logs:UpdateLogDelivery on *",
      "logs:DeleteLogDelivery on *",
      "logs:ListLogDeliveries on *",
      "logs:PutResourcePolicy on *",
      "logs:DescribeResourcePolicies on *",
      "logs:DescribeLogGroups on *",
    ],
    stages: ALL,
    reason:
      "Step Functions needs them to trace and to log; neither X-Ray nor log delivery supports resources for them.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "fulfilment-process-payments-policy",
    findings: ["states:SendTaskSuccess on *", "states:SendTaskFailure on *"],
    stages: ALL,
    reason:
      "A task is named by its token, which only the queue's consumer gets; Step Functions supports no resources for it.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "pay-order-policy",
    findings: ["states:SendTaskSuccess on *"],
    stages: ALL,
    reason:
      "A task is named by its token, which only the order's record has; Step Functions supports no resources for it.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "notifications-notify-customer-policy",
    findings: ["sns:Publish on *"],
    stages: ALL,
    reason: "A phone number is not a resource. A Deny on all topics limits the wildcard to phones.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "notifications-notify-customer-policy",
    findings: ["ses:SendEmail on …/*"],
    stages: ALL,
    reason:
      "In SES's sandbox, sending also needs permission on the recipient's identity. A condition on the sender's address " +
      "restricts it to the shop's own.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "release-policy",
    findings: ["cloudwatch:DescribeAlarms on *"],
    stages: ["prod"],
    reason: "CodeDeploy describes all alarms of a deployment group in one call. It may only read them.",
  },
];
