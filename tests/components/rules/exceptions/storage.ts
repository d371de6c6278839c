import { ALL, type Exception } from "./exception.ts";

/** What buckets, secrets, logs, the audit trail and the encryption of data do not follow. */
export const STORAGE_EXCEPTIONS: Exception[] = [
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
    rules: ["CKV_AWS_26", "CKV_AWS_119", "CKV_AWS_149", "CKV_AWS_158"],
    resources: "*",
    stages: ["dev"],
    reason:
      "AWS encrypts all of them with its own keys. A customer managed key costs money per month and per " +
      "request, and protects data that dev doesn't have.",
  },
  {
    rules: ["CKV_AWS_21"],
    resources: "website-*",
    stages: ALL,
    reason:
      "The pages are built from their sources at each deployment, so that older ones come from older commits. " +
      "Access logs are written once.",
  },
  {
    rules: ["CKV_AWS_144"],
    resources: "*",
    stages: ALL,
    reason:
      "The pages are useless without the region of the APIs, and the logs and records are about that region. S3 " +
      "keeps each object in three Availability Zones.",
  },
  {
    rules: ["CKV_AWS_145"],
    resources: "*",
    stages: ALL,
    reason:
      "The pages are public. S3 writes access logs only where its own keys encrypt. The audit's records outlive " +
      "the stage, and with it its key.",
  },
  {
    rules: ["CKV2_AWS_61"],
    resources: "website-bucket",
    stages: ALL,
    reason: "It holds the current pages only: each deployment deletes what they no longer need.",
  },
  {
    rules: ["CKV2_AWS_62"],
    resources: "*",
    stages: ALL,
    reason: "Nobody waits for these objects: deployments write the pages, and AWS the logs and records.",
  },
  {
    rules: ["CKV2_AWS_65"],
    resources: "website-logs-ownership",
    stages: ALL,
    reason:
      "CloudFront writes its logs by an access control list. All other buckets have lists disabled, S3's " + "default.",
  },
  {
    rules: ["CKV2_AWS_57"],
    resources: "*",
    stages: ALL,
    reason:
      "What rotates a secret automatically must be able to change it. cursorSecret is changed by two commands, " +
      "without invalidating any cursor; Stripe's key can only be changed with Stripe.",
  },
  {
    rules: ["CKV_AWS_338"],
    resources: "*",
    stages: ALL,
    reason:
      "Logs are for finding faults, and those of the APIs hold IP addresses: they go after 30 days in prod, 7 " +
      "in dev. Who accessed data is in the audit's records, for a year.",
  },
  {
    rules: ["CKV_AWS_35"],
    resources: "audit-trail",
    stages: ["prod"],
    reason: "The records outlive the stage, and with it its key. S3's own keys encrypt them.",
  },
  {
    rules: ["CKV_AWS_67"],
    resources: "audit-trail",
    stages: ["prod"],
    reason:
      "The table and the bucket that it records are in one region. Management events of all regions are for the " +
      "account's own trail.",
  },
  {
    rules: ["CKV_AWS_252", "CKV2_AWS_10"],
    resources: "audit-trail",
    stages: ["prod"],
    reason:
      "Records are read when there is something to find out. CloudWatch would charge for every read of the " +
      "table what S3 keeps for next to nothing.",
  },
];
