import type { Stage } from "./rule.ts";

/** Violations that are accepted, and why. */
export interface Exception {
  /** Ids of the rules. */
  rules: string[];
  /** Names of the resources; `*` stands for any characters. */
  resources: string;
  /** The exact findings. Default: all findings of the rules. */
  findings?: string[];
  stages: Stage[];
  reason: string;
}

/** Rules for which the program has no resources, and why. */
export interface NotApplicable {
  rules: string[];
  stages: Stage[];
  reason: string;
}

const ALL: Stage[] = ["dev", "prod"];

/** The rules that the program breaks. docs/security.md has the same table. */
export const EXCEPTIONS: Exception[] = [
  {
    rules: ["AwsSolutions-APIG3"],
    resources: "*-stage",
    stages: ["dev"],
    reason: "A web ACL has a monthly price, and dev has no customers to protect.",
  },
  {
    rules: ["AwsSolutions-APIG4"],
    resources: "*-api",
    stages: ALL,
    reason:
      "Guests order without signing in. Each API has its own key, and API Gateway restricts each key to the routes of " +
      "its API; CKV_AWS_59 checks that every route requires one.",
  },
  {
    rules: ["AwsSolutions-CFR1"],
    resources: "website-distribution",
    stages: ALL,
    reason: "Customers may order from anywhere.",
  },
  {
    rules: ["AwsSolutions-CFR2"],
    resources: "website-distribution",
    stages: ALL,
    reason:
      "The pages are public static files: there is nothing behind them to attack. The APIs that they call have a " +
      "web ACL in prod.",
  },
  {
    rules: ["AwsSolutions-CFR4"],
    resources: "website-distribution",
    stages: ALL,
    reason:
      "CloudFront sets a higher minimum only where the website has a domain and a certificate of its own. Browsers choose " +
      "TLS 1.3, and HSTS keeps them from going without.",
  },
  {
    rules: ["CKV_AWS_59"],
    resources: "*-api",
    findings: ["GET /health is open", "HEAD /health is open"],
    stages: ALL,
    reason: "API Gateway itself returns a fixed response. Nothing is behind it.",
  },
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
    findings: ["states:SendTaskSuccess on *"],
    stages: ALL,
    reason:
      "A task is named by its token, which only the queue's consumer gets; Step Functions supports no resources for it.",
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
  {
    rules: ["AwsSolutions-S1"],
    resources: "audit-records",
    stages: ["prod"],
    reason:
      "The bucket holds logs itself: logging access to it would need yet another bucket without logs. CloudTrail's " +
      "digest files reveal changed records.",
  },
  {
    rules: ["AwsSolutions-S10"],
    resources: "audit-records",
    stages: ["prod"],
    reason:
      "The component adds the statement to the policy that awsx creates, which this check does not see. A component " +
      "test checks it.",
  },
  {
    rules: ["AwsSolutions-SQS3", "ES6000"],
    resources: "notifications-unpublished",
    stages: ALL,
    reason: "It is itself the failure destination of the table's stream. Only operators read it.",
  },
  {
    rules: ["ES1001"],
    resources: "*-delivery",
    stages: ALL,
    reason: "Lambda supports no failure destination for a queue: the queue's own dead-letter queue does that.",
  },
  {
    rules: ["CKV_AWS_116"],
    resources: "*-function",
    stages: ALL,
    reason:
      "Lambda uses it for asynchronous calls only. API Gateway and Step Functions wait for responses, event source " +
      "mappings have their own queues, and for the sweeper see the next row.",
  },
  {
    rules: ["ES1007", "ES4000"],
    resources: "sweeper-*",
    stages: ALL,
    reason:
      "A failed sweep holds nothing worth keeping: the next one, a minute later, finds the same orders. The alarm " +
      "sweeper-silent fires when none runs.",
  },
  {
    rules: ["ES7000"],
    resources: "observability-subscriber-*",
    stages: ["prod"],
    reason:
      "SNS retries an email for six hours. If it is lost, the alarm's state still shows the problem, also on the " +
      "dashboard.",
  },
  {
    rules: ["CKV_AWS_285"],
    resources: "fulfilment-machine",
    stages: ALL,
    reason:
      "Execution data holds the errors of failing steps, which may quote a customer. The logs record each state and its " +
      "time; the steps' own logs record the rest, without personal data.",
  },
  {
    rules: ["CKV_AWS_26", "CKV_AWS_119", "CKV_AWS_158"],
    resources: "*",
    stages: ["dev"],
    reason:
      "AWS encrypts all of them with its own keys. A customer managed key costs money per month and per " +
      "request, and protects data that dev doesn't have.",
  },
  {
    rules: ["CKV_AWS_115"],
    resources: "*-function",
    stages: ALL,
    reason:
      "A reservation reduces the concurrency that all functions of the account share. In prod, only functions that customers " +
      "or payments wait for have one.",
  },
  {
    rules: ["CKV_AWS_173"],
    resources: "*-function",
    stages: ["dev"],
    reason:
      "Lambda encrypts environments with an AWS key. They hold names and ARNs, no secrets; CKV_AWS_45 checks that.",
  },
];

/** The rules that do not apply. docs/security.md has the same table. */
export const NOT_APPLICABLE: NotApplicable[] = [
  { rules: ["AwsSolutions-S5"], stages: ALL, reason: "CloudFront serves the website; no bucket does." },
  { rules: ["AwsSolutions-KMS5"], stages: ["dev"], reason: "dev has no customer managed key." },
  { rules: ["CKV_AWS_309"], stages: ALL, reason: "Both APIs are REST APIs." },
];
