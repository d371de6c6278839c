import { expects, isSet, type Rule, resource } from "./rule.ts";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

/** Rules on CloudWatch. */
export const CLOUDWATCH_RULES: Rule[] = [
  {
    ids: ["CKV_AWS_66"],
    title: "The log group has a retention",
    source: "checkov, CloudWatchLogGroupRetention",
    appliesTo: [LOG_GROUP],
    check: expects("retentionInDays", isSet),
    mutations: { "without a retention": { retentionInDays: undefined } },
  },
  {
    ids: ["CKV_AWS_158"],
    title: "The log group is encrypted with a KMS key",
    source: "checkov, CloudWatchLogGroupKMSKey",
    appliesTo: [LOG_GROUP],
    check: expects("kmsKeyId", isSet),
    mutations: { "without a key": { kmsKeyId: undefined } },
  },
  {
    ids: ["CKV_AWS_338"],
    title: "The log group keeps logs for a year",
    source: "checkov, CloudWatchLogGroupRetentionYear",
    appliesTo: [LOG_GROUP],
    check: expects("retentionInDays", (days) => days === 0 || Number(days) >= 365),
    mutations: { "that keeps them for 30 days": { retentionInDays: 30 } },
    example: [resource(LOG_GROUP, "logs", { retentionInDays: 365 })],
  },
  {
    ids: ["CKV_AWS_319"],
    title: "The alarm's actions are enabled",
    source: "checkov, CloudWatchAlarmsEnabled",
    appliesTo: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
    check: expects("actionsEnabled", (value) => value !== false),
    mutations: { "with its actions disabled": { actionsEnabled: false } },
  },
];
