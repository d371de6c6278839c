import { expects, isSet, type Rule } from "./rule.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

/** Rules on CloudWatch. */
export const CLOUDWATCH_RULES: Rule[] = [
  {
    id: "CKV_AWS_66",
    title: "A log group specifies its retention",
    source: "checkov, CloudWatchLogGroupRetention",
    appliesTo: [LOG_GROUP],
    finds: expects("retentionInDays", isSet),
    broken: { "that keeps its lines for ever": { retentionInDays: undefined } },
  },
  {
    id: "CKV_AWS_158",
    title: "A log group is encrypted with a KMS key",
    source: "checkov, CloudWatchLogGroupKMSKey",
    appliesTo: [LOG_GROUP],
    finds: expects("kmsKeyId", isSet),
    broken: { "without a key": { kmsKeyId: undefined } },
  },
  {
    id: "CKV_AWS_319",
    title: "An alarm's actions are enabled",
    source: "checkov, CloudWatchAlarmsEnabled",
    appliesTo: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
    finds: expects("actionsEnabled", (value) => value !== false),
    broken: { "that tells nobody": { actionsEnabled: false } },
  },
];
