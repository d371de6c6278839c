/** Findings of parliament that are accepted, and why. */
export interface PolicyException {
  /** parliament's name for it. */
  issue: string;
  /** Names of the policies, after their program's; `*` stands for any characters. */
  policies: string;
  /** The only actions or explanations excepted; `*` stands for any characters. Default: all. */
  details?: string[];
  reason: string;
}

/** docs/security.md has the same table. */
export const POLICY_EXCEPTIONS: PolicyException[] = [
  {
    issue: "RESOURCE_STAR",
    policies: "*/notifications-notify-customer-policy",
    details: ["sns:Publish"],
    reason: "A phone number is not a resource. A Deny on all topics limits the wildcard to phones.",
  },
  {
    issue: "RESOURCE_STAR",
    policies: "prod/release-policy",
    details: ["cloudwatch:DescribeAlarms"],
    reason: "CodeDeploy describes all alarms of a deployment group in one call. It may only read them.",
  },
  {
    issue: "RESOURCE_STAR",
    policies: "prod/encryption-key",
    reason: "In a key's policy, `*` is the key itself. Source: KMS's guide, \"Key policies in AWS KMS\".",
  },
  {
    issue: "RESOURCE_STAR",
    policies: "account/github-*-policy",
    reason:
      "Pulumi generates the names of what deployments create. Whatever is tagged as another stage is denied " +
      "([the roles](deploy.md#who-may-be-trusted)).",
  },
  {
    issue: "RESOURCE_MISMATCH",
    policies: "account/github-*-policy",
    details: ["s3:Get*", "s3:List*", "s3:Put*"],
    reason:
      "The provider reads and writes nearly all settings of its buckets. Actions on other resources are granted on none.",
  },
  {
    issue: "RESOURCE_MISMATCH",
    policies: "*/sweeper-sweep-orders-policy",
    details: ["states:ListExecutions"],
    reason:
      "parliament wants a map run, too: the action lists the executions of either. The machine has no map runs. Source: " +
      "the service authorization reference, Step Functions.",
  },
  {
    issue: "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    policies: "account/github-*-policy",
    details: ["*on arn:aws:s3:::audit-* due to s3:DeleteObject not being allowed*"],
    reason:
      "Deployments create the bucket of the audit records with its policy and its rules, so whoever controls the workflows of " +
      "a stage could have its records deleted. Only a bucket in another account prevents that.",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    policies: "account/github-*",
    details: ["*token.actions.githubusercontent.com:aud*", "*token.actions.githubusercontent.com:sub*"],
    reason: "parliament doesn't know the keys of GitHub's tokens. Source: GitHub's guide, \"OpenID Connect in AWS\".",
  },
  {
    issue: "UNKNOWN_FEDERATION_SOURCE",
    policies: "account/github-*",
    details: ["arn:aws:iam::*:oidc-provider/token.actions.githubusercontent.com"],
    reason: "parliament knows SAML and Cognito only. Source: the same guide.",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    policies: "prod/encryption-key",
    details: ["*kms:EncryptionContext:aws:logs:arn for action kms:DescribeKey"],
    reason: 'The guide of CloudWatch Logs, "Encrypt log data", has the action in this statement.',
  },
  {
    issue: "MISMATCHED_TYPE",
    policies: "prod/encryption-key",
    details: ["*ArnEquals requires a value of type Arn but given String"],
    reason: 'The guide of CloudWatch Logs, "Encrypt log data", compares this key so: its value is an ARN.',
  },
];
