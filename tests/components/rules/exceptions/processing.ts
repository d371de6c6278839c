import { ALL, type Exception } from "./exception.ts";

/** What functions, queues and the workflow do not follow. */
export const PROCESSING_EXCEPTIONS: Exception[] = [
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
  {
    rules: ["CKV_AWS_117"],
    resources: "*-function",
    stages: ALL,
    reason:
      "There is nothing in a VPC to reach: the functions call AWS's and Stripe's public endpoints. What may be " +
      "called is IAM's decision; a VPC would add NAT gateways, which have a monthly price.",
  },
  {
    rules: ["CKV_AWS_272"],
    resources: "*-function",
    stages: ALL,
    reason:
      "Only the deployment's role can change code, and it would also hold the right to sign. Before a " +
      "deployment, each file is compared with the hash that the build recorded.",
  },
];
