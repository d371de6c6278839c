import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as ecs from "@pulumi/aws/ecs/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as sesv2 from "@pulumi/aws/sesv2/index.js";
import * as sfn from "@pulumi/aws/sfn/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { greetingsApi, ownDomain } from "./every-type-of-api.ts";
import { accountSettings, firewall, type KeyArn, keys } from "./every-type-of-security.ts";
import { site } from "./every-type-of-website.ts";

/** How a deployment of {@link everyType} differs from the first one. */
export interface Variation {
  /** Id of a hosted zone for example.com. */
  zoneId: string;
  /** How the function greets. */
  greeting?: string;
  /** Changes an input of every resource that AWS can update in place. */
  changed?: boolean;
  /** Changes inputs that require a replacement: the tables' keys, and the secret's value. */
  replaced?: boolean;
  /** Adds a policy for a role that doesn't exist. */
  broken?: boolean;
  /** Adds a type or an input that the local provider doesn't know. */
  unknown?: "type" | "input" | undefined;
}

/** A program with a resource of every type that the local provider supports. */
export function everyType(variation: Variation) {
  const { changed = false } = variation;
  const tags = { round: changed ? "2" : "1" };
  const { key, arn: keyArn } = keys(changed, tags);
  const { fn, role, policy } = greeter(variation, keyArn, tags);
  const { api, stage, apiKey } = greetingsApi(changed, fn, tags);
  ownDomain(changed, variation.zoneId, api, stage, tags);
  firewall(changed, stage, tags);
  accountSettings(changed, role, tags);
  const table = tables(variation, keyArn, tags);
  const queue = events(variation, fn, role, keyArn, tags);
  const { id: secretId } = new secretsmanager.Secret("secret", {
    recoveryWindowInDays: 0,
    ...(keyArn && { kmsKeyId: keyArn }),
    tags,
  });
  const secretString = pulumi.secret(variation.replaced ? "hidden better" : "hidden");
  const secret = new secretsmanager.SecretVersion("secret-version", { secretId, secretString });
  new cloudwatch.LogGroup("logs", { retentionInDays: changed ? 14 : 7, tags });
  watching(variation, tags);
  new sesv2.EmailIdentity("identity", { emailIdentity: "shop@example.com", tags });
  new sfn.StateMachine("machine", {
    roleArn: role.arn,
    definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: changed ? "Fail" : "Succeed" } } }),
    tags,
  });

  const { bucket, siteDomain } = site(changed, tags);

  if (variation.broken) new iam.RolePolicy("lost", { role: "nobody", policy: statement("s3:GetObject", "*") });
  if (variation.unknown === "type") new ecs.Cluster("cluster");
  if (variation.unknown === "input") new sqs.Queue("fifo", { fifoQueue: true });
  const names = { function: fn.name, policy: policy.name, queue: queue.url, role: role.name, table: table.name };
  const arns = { key: key.arn, stage: stage.arn };
  return { apiKey, secret: secret.secretString, url: stage.invokeUrl, siteDomain, bucket, ...names, ...arns };
}

function statement(Action: string, Resource: pulumi.Input<string>) {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });
}

function greeter({ greeting = "Hello", changed }: Variation, kmsKeyArn: KeyArn, tags: Record<string, string>) {
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }] };
  const description = changed ? "Greets well" : "Greets";
  const role = new iam.Role("role", { assumeRolePolicy: JSON.stringify(trust), description, tags });
  const policy = new iam.RolePolicy("policy", {
    role: role.id,
    policy: statement(changed ? "sqs:*" : "sqs:Get*", "*"),
  });
  const source = `export const handler = async ({ body, stageVariables }) => ({
    statusCode: 200,
    body: JSON.stringify({ greeting: "${greeting}, " + JSON.parse(body).name + "!", variable: stageVariables.round }),
  });`;
  const fn = new lambda.Function("function", {
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(source) }),
    role: role.arn,
    environment: { variables: { ROUND: tags.round ?? "" } },
    ...(kmsKeyArn && { kmsKeyArn, reservedConcurrentExecutions: 5 }),
    tracingConfig: { mode: "Active" },
    publish: true,
    tags,
  });
  new lambda.Alias("alias-of-function", {
    name: "live",
    description: changed ? "Two" : "One",
    functionName: fn.name,
    functionVersion: "1",
  });
  new lambda.FunctionEventInvokeConfig("invoke-config", {
    functionName: fn.name,
    maximumRetryAttempts: changed ? 1 : 0,
  });
  return { fn, role, policy };
}

function watching({ changed }: Variation, tags: Record<string, string>) {
  const failures = { metricName: "Failures", namespace: "Shop", dimensions: { Stage: "test" }, period: 60 };
  const once = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 };
  const { arn } = new cloudwatch.MetricAlarm("alarm", {
    ...{ ...failures, ...once, statistic: "Sum" },
    threshold: changed ? 2 : 0,
    alarmDescription: "Look into it.",
    treatMissingData: "notBreaching",
    warmUpConfiguration: { warmUpPeriodDurationInMinutes: 5 },
    tags,
  });
  new cloudwatch.MetricAlarm("maths-alarm", {
    ...once,
    threshold: 1,
    metricQueries: [
      { id: "m1", metric: { ...failures, stat: "Sum" } },
      { id: "worst", expression: changed ? "MAX(METRICS())" : "MIN(METRICS())", returnData: true },
    ],
    tags,
  });
  const widget = { type: "alarm", width: changed ? 24 : 12, properties: { alarms: [arn] } };
  new cloudwatch.Dashboard("dashboard", {
    dashboardName: "shop",
    dashboardBody: pulumi.jsonStringify({ widgets: [widget] }),
  });
  new cloudwatch.QueryDefinition("query", { queryString: changed ? "fields @message" : "fields @timestamp" });
}

function tables({ changed, replaced }: Variation, kmsKeyArn: KeyArn, tags: Record<string, string>) {
  const hashKey = replaced ? "other" : "pk";
  const attributes = (...names: string[]) => names.map((name) => ({ name, type: "S" }));
  new dynamodb.Table("named-table", {
    name: "named",
    hashKey,
    attributes: attributes(hashKey),
    billingMode: "PAY_PER_REQUEST",
  });
  const indexKey = changed ? "customerId" : "status";
  return new dynamodb.Table("table", {
    hashKey,
    attributes: attributes(hashKey, indexKey),
    billingMode: "PAY_PER_REQUEST",
    globalSecondaryIndexes: [
      { name: "byOther", keySchemas: [{ attributeName: indexKey, keyType: "HASH" }], projectionType: "ALL" },
    ],
    ttl: { enabled: true, attributeName: "expiresAt" },
    pointInTimeRecovery: { enabled: changed ?? false },
    serverSideEncryption: { enabled: true, ...(kmsKeyArn && { kmsKeyArn }) },
    streamEnabled: true,
    streamViewType: "NEW_IMAGE",
    tags,
  });
}

function events(
  { changed }: Variation,
  fn: lambda.Function,
  role: iam.Role,
  keyArn: KeyArn,
  tags: Record<string, string>,
) {
  const encryption = keyArn && { kmsMasterKeyId: keyArn };
  const dead = new sqs.Queue("dead-letters");
  const redrivePolicy = pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: changed ? 3 : 5 });
  const queue = new sqs.Queue("queue", { visibilityTimeoutSeconds: 60, redrivePolicy, ...encryption, tags });
  new sqs.QueuePolicy("queue-policy", {
    queueUrl: queue.url,
    policy: statement(changed ? "sqs:*" : "sqs:Get*", queue.arn),
  });
  new sqs.RedriveAllowPolicy("redrive", {
    queueUrl: dead.url,
    redriveAllowPolicy: JSON.stringify({ redrivePermission: changed ? "denyAll" : "allowAll" }),
  });
  new lambda.EventSourceMapping("mapping", {
    eventSourceArn: queue.arn,
    functionName: fn.name,
    batchSize: changed ? 5 : 10,
    scalingConfig: { maximumConcurrency: 2 },
    // Without messages to receive, deleting it takes no time.
    enabled: false,
  });
  const topic = new sns.Topic("topic", { displayName: changed ? "Two" : "One", ...encryption, tags });
  new sns.TopicPolicy("topic-policy", {
    arn: topic.arn,
    policy: statement(changed ? "sns:*" : "sns:Publish", topic.arn),
  });
  new sns.TopicSubscription("subscription", {
    topic: topic.arn,
    protocol: "sqs",
    endpoint: queue.arn,
    rawMessageDelivery: true,
    filterPolicy: JSON.stringify({ type: [changed ? "two" : "one"] }),
  });
  const rule = new cloudwatch.EventRule("rule", { scheduleExpression: changed ? "rate(2 days)" : "rate(1 day)", tags });
  new cloudwatch.EventTarget("target", {
    rule: rule.name,
    arn: fn.arn,
    roleArn: role.arn,
    input: JSON.stringify({ round: tags.round }),
  });
  return queue;
}
