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
    reason: "A web ACL costs money by the month and guards against strangers; dev has no customers.",
  },
  {
    rules: ["AwsSolutions-APIG4"],
    resources: "*-api",
    stages: ALL,
    reason:
      "Guests order without signing in. Each API has its own key, and API Gateway keeps each key to the routes of its " +
      "API; CKV_AWS_59 checks that every route asks for one.",
  },
  {
    rules: ["AwsSolutions-CFR1"],
    resources: "website-distribution",
    stages: ALL,
    reason: "Customers may order from wherever they are.",
  },
  {
    rules: ["AwsSolutions-CFR2"],
    resources: "website-distribution",
    stages: ALL,
    reason:
      "The pages are files for everybody to read: nothing behind them could be attacked. The APIs that they call have a " +
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
    reason: "API Gateway answers it by itself, always the same. Nothing is behind it.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "*-policy",
    findings: ["xray:PutTraceSegments on *", "xray:PutTelemetryRecords on *"],
    stages: ALL,
    reason: "X-Ray knows no resources for these actions.",
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
    reason: "Step Functions needs them to trace and to log; neither X-Ray nor log delivery knows resources for them.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "notifications-notify-customer-policy",
    findings: ["sns:Publish on *"],
    stages: ALL,
    reason: "A phone number is no resource. A Deny on every topic takes back what the star allows beside phones.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    resources: "release-policy",
    findings: ["cloudwatch:DescribeAlarms on *"],
    stages: ["prod"],
    reason: "CodeDeploy asks for all alarms of a deployment group in one call. It may look at them, and nothing else.",
  },
  {
    rules: ["AwsSolutions-L1"],
    resources: "*-function",
    stages: ALL,
    reason:
      "Node.js 22, as everywhere in this project, so that tests run what is deployed. AWS patches it until April 2027; " +
      "CKV_AWS_363 checks that the runtime is supported.",
  },
  {
    rules: ["AwsSolutions-S1"],
    resources: "audit-records",
    stages: ["prod"],
    reason:
      "It is itself a log of who did what, and its own would take a bucket without one again. CloudTrail's digest files " +
      "tell when somebody changed a record.",
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
    reason: "It is itself where the table's stream sends what failed. Nothing reads it but a person.",
  },
  {
    rules: ["ES1001"],
    resources: "*-delivery",
    stages: ALL,
    reason: "Lambda takes no failure destination for a queue: the queue's own dead-letter queue does that.",
  },
  {
    rules: ["CKV_AWS_116"],
    resources: "*-function",
    stages: ALL,
    reason:
      "Lambda uses it for asynchronous calls only. API Gateway and Step Functions wait for their answers, event source " +
      "mappings have their own queues, and of the sweeper the next row says why.",
  },
  {
    rules: ["ES1007", "ES4000"],
    resources: "sweeper-*",
    stages: ALL,
    reason:
      "A sweep that failed holds nothing worth keeping: the next one, a minute later, finds the same orders. The alarm " +
      "sweeper-silent tells when none comes.",
  },
  {
    rules: ["ES7000"],
    resources: "observability-subscriber-*",
    stages: ["prod"],
    reason:
      "SNS tries a mail for six hours. What an alarm's mail would have told by then, the alarm's state tells, on the " +
      "dashboard too.",
  },
  {
    rules: ["CKV_AWS_285"],
    resources: "fulfilment-machine",
    stages: ALL,
    reason:
      "Execution data holds what failing steps say, which may quote a customer. The logs tell each state and its " +
      "time; the steps' own logs tell the rest, without personal data.",
  },
  {
    rules: ["CKV_AWS_26", "CKV_AWS_119", "CKV_AWS_158"],
    resources: "*",
    stages: ["dev"],
    reason:
      "AWS encrypts all of them with keys of its own. A key of ours costs money by the month and by the " +
      "request, and protects data that dev doesn't have.",
  },
  {
    rules: ["CKV_AWS_115"],
    resources: "*-function",
    stages: ["dev"],
    reason: "A reservation takes from what all functions of the account share, and dev shares its account.",
  },
  {
    rules: ["CKV_AWS_173"],
    resources: "*-function",
    stages: ["dev"],
    reason: "Lambda encrypts them with a key of AWS. They hold names and ARNs, no secrets; CKV_AWS_45 checks that.",
  },
];

/** What there is nothing of to check. docs/security.md has the same table. */
export const ABSENCES: Absence[] = [
  { rules: ["AwsSolutions-S5"], stages: ALL, reason: "CloudFront serves the website, and no bucket by itself." },
  { rules: ["AwsSolutions-KMS5"], stages: ["dev"], reason: "Keys are AWS's own." },
  { rules: ["CKV_AWS_309"], stages: ALL, reason: "Both APIs are REST APIs." },
];
