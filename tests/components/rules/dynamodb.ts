import { expects, isSet, isTrue, type Rule, wrongAt } from "./rule.ts";

const TABLE = "aws:dynamodb/table:Table";

/** Rules on DynamoDB. */
export const DYNAMODB_RULES: Rule[] = [
  {
    id: "AwsSolutions-DDB3",
    title: "The table has point-in-time recovery enabled",
    source: "cdk-nag, DynamoDBPITREnabled",
    appliesTo: [TABLE],
    finds: expects("pointInTimeRecovery.enabled", isTrue),
    broken: { "without recovery": { pointInTimeRecovery: undefined } },
  },
  {
    id: "CKV_AWS_28",
    title: "The table has point-in-time recovery (backup) enabled",
    source: "checkov, DynamodbRecovery",
    appliesTo: [TABLE],
    finds: expects("pointInTimeRecovery.enabled", isTrue),
    broken: { "with recovery off": { pointInTimeRecovery: { enabled: false } } },
  },
  {
    id: "CKV_AWS_119",
    title: "The table is encrypted with a customer-managed KMS key",
    source: "checkov, DynamoDBTablesEncrypted",
    appliesTo: [TABLE],
    finds: ({ inputs }) => [
      ...wrongAt(inputs, "serverSideEncryption.enabled", isTrue),
      ...wrongAt(inputs, "serverSideEncryption.kmsKeyArn", isSet),
    ],
    broken: {
      "with DynamoDB's own key": { serverSideEncryption: undefined },
      "with the account's key of AWS": { serverSideEncryption: { enabled: true } },
    },
  },
];
