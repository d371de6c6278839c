import type { Stage } from "./rule.ts";

/** Findings that are meant to be, with the reason why. */
export interface Exception {
  /** Ids of the rules. */
  rules: string[];
  /** Names of the resources; a star stands for any characters. */
  resources: string;
  /** What is found, exactly; everything that the rules find where nothing is said. */
  findings?: string[];
  stages: Stage[];
  reason: string;
}

/** Rules that no resource is there for. */
export interface Absence {
  rules: string[];
  stages: Stage[];
  reason: string;
}

const ALL: Stage[] = ["dev", "prod"];

/** What the program doesn't keep. docs/security.md has the same table. */
export const EXCEPTIONS: Exception[] = [
  {
    rules: ["AwsSolutions-APIG3"],
    resources: "*-stage",
    stages: ["dev"],
    reason: "A web ACL costs money every month and protects against strangers; dev has no customers.",
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
    findings: ["GET /health is open"],
    stages: ALL,
    reason: "API Gateway itself answers it, always the same. Nothing is behind it.",
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
    resources: "*-policy",
    findings: ["logs:CreateLogStream on …:*", "logs:PutLogEvents on …:*"],
    stages: ALL,
    reason: "The streams of exactly one log group: Lambda chooses their names.",
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
    resources: "notifications-notify-customer-policy",
    findings: ["sns:Publish on *"],
    stages: ALL,
    reason: "A phone number is not a resource. A Deny on every topic removes what the star allows besides phones.",
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
    reason: "CodeDeploy asks for all alarms of a deployment group in one call. It may read them, and nothing else.",
  },
  {
    rules: ["AwsSolutions-S1"],
    resources: "audit-records",
    stages: ["prod"],
    reason:
      "It is itself a log of who did what, and logging it would need yet another bucket without logs. CloudTrail's " +
      "digest files show when a record was changed.",
  },
  {
    rules: ["AwsSolutions-S10"],
    resources: "audit-records",
    stages: ["prod"],
    reason:
      "Refused all the same: awsx writes the bucket's policy, out of this check's sight, and the component adds the " +
      "statement. A component test checks that.",
  },
  {
    rules: ["AwsSolutions-SQS3", "ES6000"],
    resources: "notifications-unpublished",
    stages: ALL,
    reason: "It is itself where the table's stream sends failures. Only people read it.",
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
      "SNS retries an email for six hours. What it would have said is still shown by the alarm's state, also on the " +
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
    stages: ["dev"],
    reason: "A reservation reduces what all functions of the account share, and dev shares its account.",
  },
  {
    rules: ["CKV_AWS_173"],
    resources: "*-function",
    stages: ["dev"],
    reason: "Lambda encrypts them with an AWS key. They hold names and ARNs, no secrets; CKV_AWS_45 checks that.",
  },
];

/** What there is nothing of to check. docs/security.md has the same table. */
export const ABSENCES: Absence[] = [
  { rules: ["AwsSolutions-S5"], stages: ALL, reason: "CloudFront serves the website; no bucket does." },
  { rules: ["AwsSolutions-KMS5"], stages: ["dev"], reason: "All keys are AWS's own." },
  { rules: ["CKV_AWS_309"], stages: ALL, reason: "Both APIs are REST APIs." },
];
