import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import { queueEncryption } from "./encryption-key.ts";
import { RETENTION_SECONDS } from "./event-queue.ts";
import type { OrderStore } from "./order-store.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { subscribeByEmail } from "./shared/email-subscriptions.ts";
import { queuePolicy, topicPolicy } from "./shared/policies.ts";

/** The arguments of {@link Notifications}. */
export interface NotificationsArgs extends FunctionArgs {
  /** The store whose events are published. */
  store: OrderStore;
  /** Email addresses that receive every event; SNS asks each to confirm. Default none. For example `["office@example.com"]`. */
  subscribers?: string[];
}

/** Publishes the store's events to a topic, and from there to subscribers. */
export class Notifications extends pulumi.ComponentResource {
  /** The topic with all events of orders. */
  readonly topic: sns.Topic;
  readonly publishEvents: BundledFunction;
  /** Holds records of the stream that could not be published. */
  readonly failureQueue: sqs.Queue;

  constructor(name: string, args: NotificationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Notifications", name, {}, options);
    const { store, subscribers = [], ...common } = args;
    const { encryptionKey, tags = {} } = common;
    const child = { parent: this };

    this.topic = new sns.Topic(
      `${name}-order-events`,
      { ...(encryptionKey && { kmsMasterKeyId: encryptionKey.arn }), tracingConfig: "Active", tags },
      child,
    );
    new sns.TopicPolicy(`${name}-policy`, { arn: this.topic.arn, policy: topicPolicy(this.topic.arn) }, child);
    subscribeByEmail(name, this.topic, subscribers, child);

    this.failureQueue = new sqs.Queue(
      `${name}-unpublished`,
      { messageRetentionSeconds: RETENTION_SECONDS, ...queueEncryption(encryptionKey), tags },
      child,
    );
    new sqs.QueuePolicy(
      `${name}-unpublished-policy`,
      { queueUrl: this.failureQueue.url, policy: queuePolicy(this.failureQueue.arn) },
      child,
    );
    this.publishEvents = new BundledFunction(
      `${name}-publish-events`,
      {
        entry: handlerPath("publish-events"),
        environment: { EVENTS_TOPIC_ARN: this.topic.arn, FAILURE_QUEUE_URL: this.failureQueue.url },
        ...common,
      },
      child,
    );
    this.publishEvents.allow(
      { actions: ["sns:Publish"], resources: [this.topic.arn] },
      { actions: ["sqs:SendMessage"], resources: [this.failureQueue.arn] },
    );
    store.grantReadStream(this.publishEvents);
    new lambda.EventSourceMapping(
      `${name}-stream`,
      {
        eventSourceArn: store.table.streamArn,
        functionName: this.publishEvents.arn,
        startingPosition: "TRIM_HORIZON",
        batchSize: 100,
        bisectBatchOnFunctionError: true,
        // Retry until the record expires in the stream, after 24 hours.
        maximumRetryAttempts: -1,
        destinationConfig: { onFailure: { destinationArn: this.failureQueue.arn } },
        filterCriteria: { filters: [{ pattern: NEW_EVENTS }] },
        tags,
      },
      { ...child, dependsOn: [this.publishEvents] },
    );

    this.registerOutputs({ topicArn: this.topic.arn });
  }
}

/** An event filter for the stream: new event items. */
const NEW_EVENTS = JSON.stringify({
  eventName: ["INSERT"],
  dynamodb: { Keys: { sk: { S: [{ prefix: "EVENT#" }] } } },
});
