import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sesv2 from "@pulumi/aws/sesv2/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import { queueEncryption } from "./encryption-key.ts";
import { DEAD_LETTER_RETENTION_SECONDS, EventQueue } from "./event-queue.ts";
import type { OrderStore } from "./order-store.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { queuePolicy, topicPolicy } from "./shared/policies.ts";

/** The arguments of {@link Notifications}. */
export interface NotificationsArgs extends FunctionArgs {
  /** The store whose events are published. */
  store: OrderStore;
  /** The sender's address of the mails to customers. */
  mailFrom: pulumi.Input<string>;
  /**
   * Whether to make the address an identity of SES, which asks its owner to confirm it. Default true. An account has each
   * identity once in a region: false where the address or its domain is one already.
   */
  createEmailIdentity?: boolean;
  /** Mail addresses of the back office that hear of every event. SNS asks each owner to confirm. */
  subscribers?: string[];
}

/** The events that a customer hears of. */
const CUSTOMER_EVENTS = [
  "OrderPlaced",
  "OrderCompleted",
  "OrderFailed",
  "OrderCancelled",
  "OrderShipped",
  "OrderDelivered",
];

const CONSUMER_TIMEOUT_SECONDS = 10;

/**
 * Batches of ten that are told to customers at once. An order has two messages here (placed, and how it ended) where the
 * order queue has one, so twice that queue's default keeps pace with it. SES's own rate is far lower at first: what it
 * refuses comes again.
 */
const BATCHES_AT_ONCE = 10;

/**
 * Tells the world what happens to orders: publishes the store's events to a topic, and from there mails and texts the
 * customer, and mails the back office.
 */
export class Notifications extends pulumi.ComponentResource {
  readonly topic: sns.Topic;
  readonly publishEvents: BundledFunction;
  /** Records of the stream that could not be published. */
  readonly failureQueue: sqs.Queue;
  readonly notifyCustomer: BundledFunction;
  readonly customers: EventQueue;

  constructor(name: string, args: NotificationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Notifications", name, {}, options);
    const { store, mailFrom, createEmailIdentity = true, subscribers = [], ...common } = args;
    const { encryptionKey, tags = {} } = common;
    const child = { parent: this };
    const { accountId } = getCallerIdentityOutput({}, child);
    const { region } = getRegionOutput({}, child);

    this.topic = new sns.Topic(
      `${name}-order-events`,
      { ...(encryptionKey && { kmsMasterKeyId: encryptionKey.arn }), tracingConfig: "Active", tags },
      child,
    );
    new sns.TopicPolicy(`${name}-policy`, { arn: this.topic.arn, policy: topicPolicy(this.topic.arn) }, child);
    for (const [index, endpoint] of subscribers.entries()) {
      new sns.TopicSubscription(
        `${name}-subscriber-${index + 1}`,
        { topic: this.topic.arn, protocol: "email", endpoint },
        child,
      );
    }

    this.failureQueue = new sqs.Queue(
      `${name}-unpublished`,
      { messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS, ...queueEncryption(encryptionKey), tags },
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
        // As long as the stream keeps records: an event is given up only when it would be lost anyway.
        maximumRetryAttempts: -1,
        destinationConfig: { onFailure: { destinationArn: this.failureQueue.arn } },
        filterCriteria: { filters: [{ pattern: NEW_EVENTS }] },
        tags,
      },
      { ...child, dependsOn: [this.publishEvents] },
    );

    if (createEmailIdentity) new sesv2.EmailIdentity(`${name}-sender`, { emailIdentity: mailFrom, tags }, child);
    this.customers = new EventQueue(
      `${name}-customers`,
      { topic: this.topic, eventTypes: CUSTOMER_EVENTS, consumerTimeout: CONSUMER_TIMEOUT_SECONDS, ...common },
      child,
    );
    this.notifyCustomer = new BundledFunction(
      `${name}-notify-customer`,
      {
        entry: handlerPath("notify-customer"),
        environment: {
          ORDERS_TABLE: store.tableName,
          MAIL_FROM: mailFrom,
          DEAD_LETTER_QUEUE_URL: this.customers.deadLetterQueue.url,
        },
        timeout: CONSUMER_TIMEOUT_SECONDS,
        ...common,
      },
      child,
    );
    store.grant(this.notifyCustomer, "GetItem", "PutItem", "UpdateItem", "DeleteItem");
    this.notifyCustomer.allow(
      {
        actions: ["ses:SendEmail"],
        // The sender's identity, be it the address or its domain; and in SES's sandbox that of whoever gets the mail, too.
        resources: [pulumi.interpolate`arn:aws:ses:${region}:${accountId}:identity/*`],
        condition: { StringEquals: { "ses:FromAddress": mailFrom } },
      },
      // A phone number is no resource: SNS knows only topics and "*".
      { actions: ["sns:Publish"], resources: ["*"] },
      { effect: "Deny", actions: ["sns:Publish"], resources: ["arn:*:sns:*:*:*"] },
    );
    this.customers.grantSetAside(this.notifyCustomer);
    this.customers.deliverTo(this.notifyCustomer, BATCHES_AT_ONCE);

    this.registerOutputs({ topicArn: this.topic.arn });
  }
}

/** The stream's records that are new events, as Lambda's filter of DynamoDB records reads it. */
const NEW_EVENTS = JSON.stringify({
  eventName: ["INSERT"],
  dynamodb: { Keys: { sk: { S: [{ prefix: "EVENT#" }] } } },
});
