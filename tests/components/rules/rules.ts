import { API_ROUTE_RULES } from "./api-routes.ts";
import { API_STAGE_RULES } from "./api-stages.ts";
import { CLOUDFRONT_RULES } from "./cloudfront.ts";
import { CLOUDTRAIL_RULES } from "./cloudtrail.ts";
import { CLOUDWATCH_RULES } from "./cloudwatch.ts";
import { DYNAMODB_RULES } from "./dynamodb.ts";
import { EVENTBRIDGE_RULES } from "./eventbridge.ts";
import { IAM_RULES } from "./iam.ts";
import { KMS_RULES } from "./kms.ts";
import { LAMBDA_RULES } from "./lambda.ts";
import type { Rule } from "./rule.ts";
import { S3_RULES } from "./s3.ts";
import { S3_STORAGE_RULES } from "./s3-storage.ts";
import { SECRETS_MANAGER_RULES } from "./secretsmanager.ts";
import { SNS_RULES } from "./sns.ts";
import { SQS_RULES } from "./sqs.ts";
import { STEP_FUNCTIONS_RULES } from "./step-functions.ts";
import { WAF_RULES } from "./wafv2.ts";

/** Every rule that the program is checked against. */
export const RULES: Rule[] = [
  ...API_ROUTE_RULES,
  ...API_STAGE_RULES,
  ...CLOUDFRONT_RULES,
  ...CLOUDTRAIL_RULES,
  ...CLOUDWATCH_RULES,
  ...DYNAMODB_RULES,
  ...EVENTBRIDGE_RULES,
  ...IAM_RULES,
  ...KMS_RULES,
  ...LAMBDA_RULES,
  ...S3_RULES,
  ...S3_STORAGE_RULES,
  ...SECRETS_MANAGER_RULES,
  ...SNS_RULES,
  ...SQS_RULES,
  ...STEP_FUNCTIONS_RULES,
  ...WAF_RULES,
];
