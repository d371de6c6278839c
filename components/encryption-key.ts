import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as kms from "@pulumi/aws/kms/index.js";
import * as pulumi from "@pulumi/pulumi";
import { allowService, type Grant } from "./shared/policies.ts";
import type { TaggedArgs } from "./shared/tagged-args.ts";

/** The arguments of an {@link EncryptionKey}. */
export type EncryptionKeyArgs = TaggedArgs;

/** KMS's maximum: without the key, everything that it encrypted is lost. */
const DELETION_WINDOW_DAYS = 30;

/** A customer managed key, rotated every year, that encrypts everything the stage stores. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly key: kms.Key;
  private readonly region: pulumi.Output<string>;

  constructor(name: string, { tags = {} }: EncryptionKeyArgs = {}, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:EncryptionKey", name, {}, options);
    const child = { parent: this };
    const stackName = `${pulumi.getProject()}-${pulumi.getStack()}`;
    const { accountId } = getCallerIdentityOutput({}, child);
    this.region = getRegionOutput({}, child).region;

    this.key = new kms.Key(
      `${name}-key`,
      {
        description: `Encrypts what ${stackName} stores.`,
        enableKeyRotation: true,
        deletionWindowInDays: DELETION_WINDOW_DAYS,
        policy: pulumi.all([this.region, accountId]).apply(([region, account]) => keyPolicy(region, account)),
        tags,
      },
      child,
    );
    new kms.Alias(`${name}-alias`, { name: `alias/${stackName}`, targetKeyId: this.key.keyId }, child);

    this.registerOutputs({ arn: this.arn });
  }

  /** The key's ARN. */
  get arn(): pulumi.Output<string> {
    return this.key.arn;
  }

  /**
   * The permissions on the key that a role needs to use its grants, each only through the service concerned.
   *
   * Decrypting a function's environment needs none: Lambda creates a KMS grant for it when the function is configured.
   * Source: Lambda's guide, "Securing environment variables".
   */
  grantsFor(grants: Grant[]): Grant[] {
    const keyActions = new Map<string, Set<string>>();
    for (const { effect, actions, resources } of grants) {
      // Nothing that is stored here is granted by "*".
      if (effect === "Deny" || resources.includes("*")) continue;
      for (const action of actions) {
        const [service = ""] = action.split(":");
        const needed = KEY_ACTIONS[action] ?? KEY_ACTIONS[service] ?? [];
        if (needed.length > 0) keyActions.set(service, new Set([...(keyActions.get(service) ?? []), ...needed]));
      }
    }
    return [...keyActions].map(([service, actions]) => ({
      actions: [...actions],
      resources: [this.arn],
      condition: { StringEquals: { "kms:ViaService": pulumi.interpolate`${service}.${this.region}.amazonaws.com` } },
    }));
  }
}

const DECRYPT = ["kms:Decrypt"];
/** A new data key every few minutes, decrypted at once to verify it. */
const ENCRYPT = ["kms:GenerateDataKey", ...DECRYPT];

/** What a service does with the key on its caller's behalf, by the caller's action, or for all actions of the service. */
const KEY_ACTIONS: Record<string, string[]> = {
  // Writing, too, decrypts the table's key. Source: DynamoDB's guide, "How DynamoDB uses AWS KMS".
  dynamodb: DECRYPT,
  // Source: the guide of Secrets Manager, "Secret encryption and decryption".
  "secretsmanager:GetSecretValue": DECRYPT,
  // Source: the guides of SNS and SQS, "Key management".
  "sns:Publish": ENCRYPT,
  "sqs:ReceiveMessage": DECRYPT,
  "sqs:SendMessage": ENCRYPT,
};

/** The guide's actions without its wildcards, which would include asymmetric data key pairs. */
const LOG_ACTIONS = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
];

/** The encryption arguments of a queue: the key or, without one, a key managed by SQS. */
export function queueEncryption(key: EncryptionKey | undefined) {
  return key ? { kmsMasterKeyId: key.arn } : { sqsManagedSseEnabled: true };
}

/** Leaves roles to IAM policies, and admits the services that act without a role, for this stage only. */
function keyPolicy(region: string, accountId: string): string {
  const stage = pulumi.getStack();
  const logGroups = [
    `/orders/${stage}/*`,
    `/aws/vendedlogs/orders/${stage}/*`,
    `aws-waf-logs-orders-${stage}`,
    // The names of APIs' execution logs don't contain the stage.
    "API-Gateway-Execution-Logs_*",
  ];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        // Without it, nobody could manage the key. Source: KMS's guide, "Default key policy".
        Sid: "ByIamPolicies",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      // Source: the guide of CloudWatch Logs, "Encrypt log data in CloudWatch Logs using AWS KMS".
      allowService(
        "Logs",
        `logs.${region}.amazonaws.com`,
        LOG_ACTIONS,
        "*",
        logGroups.map((name) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`),
        "kms:EncryptionContext:aws:logs:arn",
      ),
      // Alarms publish to the encrypted topic. Source: SNS's guide, "Key management", event sources.
      allowService(
        "Alarms",
        "cloudwatch.amazonaws.com",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "*",
        `arn:aws:cloudwatch:${region}:${accountId}:alarm:${pulumi.getProject()}-${stage}-*`,
      ),
      // Topics deliver to encrypted queues. Source: SQS's guide, "Key management", AWS services.
      allowService(
        "Topics",
        "sns.amazonaws.com",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "*",
        `arn:aws:sns:${region}:${accountId}:*`,
      ),
    ],
  });
}
