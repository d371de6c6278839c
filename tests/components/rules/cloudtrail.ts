import { expects, isSet, isTrue, type Rule, resource } from "./rule.ts";

/** The component of awsx that creates a trail. */
const TRAIL = "awsx:cloudtrail:Trail";

const example = [
  resource(TRAIL, "trail", {
    cloudWatchLogsGroup: { enable: true },
    isMultiRegionTrail: true,
    kmsKeyId: "arn:aws:kms:::key",
    snsTopicName: "records",
  }),
];

/** Rules on CloudTrail. */
export const CLOUDTRAIL_RULES: Rule[] = [
  {
    ids: ["CKV_AWS_35"],
    title: "The trail's records are encrypted with a KMS key",
    source: "checkov, CloudtrailEncryptionWithCMK",
    appliesTo: [TRAIL],
    check: expects("kmsKeyId", isSet),
    mutations: { "without a key": { kmsKeyId: undefined } },
    example,
  },
  {
    ids: ["CKV_AWS_67"],
    title: "The trail records all regions",
    source: "checkov, CloudtrailMultiRegion",
    appliesTo: [TRAIL],
    check: expects("isMultiRegionTrail", isTrue),
    mutations: { "of one region": { isMultiRegionTrail: undefined } },
    example,
  },
  {
    ids: ["CKV_AWS_252"],
    title: "The trail publishes to a topic",
    source: "checkov, CloudtrailDefinesSNSTopic",
    appliesTo: [TRAIL],
    check: expects("snsTopicName", isSet),
    mutations: { "without a topic": { snsTopicName: undefined } },
    example,
  },
  {
    ids: ["CKV2_AWS_10"],
    title: "The trail writes to CloudWatch Logs",
    source: "checkov, CloudtrailHasCloudwatch",
    appliesTo: [TRAIL],
    check: expects("cloudWatchLogsGroup.enable", isTrue),
    mutations: {
      "without a log group": { cloudWatchLogsGroup: undefined },
      "with its log group disabled": { cloudWatchLogsGroup: { enable: false } },
    },
    example,
  },
];
