import { expects, findingsAt, isSet, isTrue, type Rule } from "./rule.ts";

const TABLE = "aws:dynamodb/table:Table";

/** Rules on DynamoDB. */
export const DYNAMODB_RULES: Rule[] = [
  {
    ids: ["AwsSolutions-DDB3", "CKV_AWS_28"],
    title: "The table has point-in-time recovery enabled",
    source: "cdk-nag, DynamoDBPITREnabled; checkov, DynamodbRecovery",
    appliesTo: [TABLE],
    check: expects("pointInTimeRecovery.enabled", isTrue),
    mutations: {
      "without recovery": { pointInTimeRecovery: undefined },
      "with recovery off": { pointInTimeRecovery: { enabled: false } },
    },
  },
  {
    ids: ["CKV_AWS_119"],
    title: "The table is encrypted with a customer-managed KMS key",
    source: "checkov, DynamoDBTablesEncrypted",
    appliesTo: [TABLE],
    check: ({ inputs }) => [
      ...findingsAt(inputs, "serverSideEncryption.enabled", isTrue),
      ...findingsAt(inputs, "serverSideEncryption.kmsKeyArn", isSet),
    ],
    mutations: {
      "with a key owned by DynamoDB": { serverSideEncryption: undefined },
      "with a key managed by AWS": { serverSideEncryption: { enabled: true } },
    },
  },
];
