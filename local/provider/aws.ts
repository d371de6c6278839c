import type { ACM } from "@aws-sdk/client-acm";
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import type { CloudFront } from "@aws-sdk/client-cloudfront";
import type { CloudWatch } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";
import type { EventBridge } from "@aws-sdk/client-eventbridge";
import type { IAM } from "@aws-sdk/client-iam";
import type { KMS } from "@aws-sdk/client-kms";
import type { Lambda } from "@aws-sdk/client-lambda";
import type { Route53 } from "@aws-sdk/client-route-53";
import type { S3 } from "@aws-sdk/client-s3";
import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import type { SESv2 } from "@aws-sdk/client-sesv2";
import type { SFN } from "@aws-sdk/client-sfn";
import type { SNS } from "@aws-sdk/client-sns";
import type { SQS } from "@aws-sdk/client-sqs";
import type { WAFV2 } from "@aws-sdk/client-wafv2";
import type { Configuration } from "./configuration.ts";

/** The emulator's default account, and its only one. */
const ACCOUNT_ID = "000000000000";

/**
 * SDK clients for one emulator. Each is loaded and created on first use, since a deployment without changes needs none,
 * and then kept with its connections.
 */
export interface Aws {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  acm(): Promise<ACM>;
  apiGateway(): Promise<APIGateway>;
  cloudfront(): Promise<CloudFront>;
  cloudwatch(): Promise<CloudWatch>;
  dynamodb(): Promise<DynamoDB>;
  events(): Promise<EventBridge>;
  iam(): Promise<IAM>;
  kms(): Promise<KMS>;
  lambda(): Promise<Lambda>;
  logs(): Promise<CloudWatchLogs>;
  route53(): Promise<Route53>;
  s3(): Promise<S3>;
  secretsManager(): Promise<SecretsManager>;
  ses(): Promise<SESv2>;
  sfn(): Promise<SFN>;
  sns(): Promise<SNS>;
  sqs(): Promise<SQS>;
  waf(): Promise<WAFV2>;
  /** Closes the connections. */
  close(): Promise<void>;
}

interface Client {
  destroy(): void;
}

/** Creates the clients for the configured emulator; connects on the first call. */
export function connect({ endpoint, region, accessKeyId, secretAccessKey }: Configuration): Aws {
  const settings = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const opened: Promise<Client>[] = [];
  const once = <T extends Client>(open: () => Promise<T>) => {
    let client: Promise<T> | undefined;
    return () => {
      if (!client) {
        client = open();
        opened.push(client);
      }
      return client;
    };
  };

  return {
    endpoint,
    region,
    accountId: ACCOUNT_ID,
    acm: once(async () => new (await import("@aws-sdk/client-acm")).ACM(settings)),
    apiGateway: once(async () => new (await import("@aws-sdk/client-api-gateway")).APIGateway(settings)),
    cloudfront: once(async () => new (await import("@aws-sdk/client-cloudfront")).CloudFront(settings)),
    cloudwatch: once(async () => new (await import("@aws-sdk/client-cloudwatch")).CloudWatch(settings)),
    dynamodb: once(async () => new (await import("@aws-sdk/client-dynamodb")).DynamoDB(settings)),
    events: once(async () => new (await import("@aws-sdk/client-eventbridge")).EventBridge(settings)),
    iam: once(async () => new (await import("@aws-sdk/client-iam")).IAM(settings)),
    kms: once(async () => new (await import("@aws-sdk/client-kms")).KMS(settings)),
    lambda: once(async () => new (await import("@aws-sdk/client-lambda")).Lambda(settings)),
    logs: once(async () => new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogs(settings)),
    route53: once(async () => new (await import("@aws-sdk/client-route-53")).Route53(settings)),
    s3: once(async () => new (await import("@aws-sdk/client-s3")).S3({ ...settings, forcePathStyle: true })),
    secretsManager: once(async () => new (await import("@aws-sdk/client-secrets-manager")).SecretsManager(settings)),
    ses: once(async () => new (await import("@aws-sdk/client-sesv2")).SESv2(settings)),
    sfn: once(async () => new (await import("@aws-sdk/client-sfn")).SFN(settings)),
    sns: once(async () => new (await import("@aws-sdk/client-sns")).SNS(settings)),
    sqs: once(async () => new (await import("@aws-sdk/client-sqs")).SQS(settings)),
    waf: once(async () => new (await import("@aws-sdk/client-wafv2")).WAFV2(settings)),
    async close() {
      for (const client of await Promise.all(opened)) client.destroy();
    },
  };
}

/** Whether a service reports that the resource doesn't exist. Every service has its own name for that error. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuch|DoesNotExist|NonExistent/i.test(error.name);
}
