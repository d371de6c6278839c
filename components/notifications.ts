import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sesv2 from "@pulumi/aws/sesv2/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayName } from "../domain/payment.ts";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import { queueEncryption } from "./encryption-key.ts";
import { EventQueue, RETENTION_SECONDS } from "./event-queue.ts";
import type { OrderStore } from "./order-store.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { subscribeByEmail } from "./shared/email-subscriptions.ts";
import { paceOf } from "./shared/pace.ts";
import { queuePolicy, topicPolicy } from "./shared/policies.ts";

/** The arguments of {@link Notifications}. */
export interface NotificationsArgs extends FunctionArgs {
  /** The store whose events are published. */
  store: OrderStore;
  /** The payment provider. Mails say that an order with a `simulated` payment is a demo. Default `simulated`. */
  paymentGateway?: GatewayName;
  /** Sender address of emails to customers. For example `orders@example.com`. */
  mailFrom: pulumi.Input<string>;
  /**
   * Creates an SES identity for `mailFrom`, which its owner confirms by email. Default true. It can exist only once per
   * account and region: false if the address or its domain is already verified.
   */
  createEmailIdentity?: boolean;
  /** Emails per second, 1 to 1,000: as many as SES accepts. A backlog waits in the queue. For example 14. */
  mailRatePerSecond: number;
  /** Email addresses that receive every event; SNS asks each to confirm. Default none. For example `["office@example.com"]`. */
  subscribers?: string[];
}

/** The events that customers are notified of. */
const CUSTOMER_EVENTS = [
  "OrderPlaced",
  "OrderCompleted",
  "OrderFailed",
  "OrderCancelled",
  "OrderShipped",
  "OrderDelivered",
  "OrderRefunded",
];

/** How long a message takes at most, in addition to its batch's pauses. */
const HANDLING_SECONDS = 10;

/**
 * Deliveries before a message becomes a dead letter. What can never succeed does so by itself; this is for messages that kill
 * the function. While SES is out of service, tries are up to an hour apart, so it is enough for four days.
 */
const MAX_RECEIVE_COUNT = 100;

/** Publishes the store's events to a topic, and from there notifies customers by email and text message, and subscribers. */
export class Notifications extends pulumi.ComponentResource {
  /** The topic with all events of orders. */
  readonly topic: sns.Topic;
  readonly publishEvents: BundledFunction;
  /** Holds records of the stream that could not be published. */
  readonly failureQueue: sqs.Queue;
  readonly notifyCustomer: BundledFunction;
  /** The queue of events that customers are notified of. */
  readonly customers: EventQueue;

  constructor(name: string, args: NotificationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Notifications", name, {}, options);
    const { store, paymentGateway = "simulated", mailFrom, mailRatePerSecond, ...rest } = args;
    const { createEmailIdentity = true, subscribers = [], ...common } = rest;
    const { encryptionKey, tags = {} } = common;
    const pace = paceOf(`Notifications "${name}": mailRatePerSecond`, mailRatePerSecond);
    const timeout = HANDLING_SECONDS + pace.batchSeconds;
    const child = { parent: this };
    const { accountId } = getCallerIdentityOutput({}, child);
    const { region } = getRegionOutput({}, child);

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

    if (createEmailIdentity) new sesv2.EmailIdentity(`${name}-sender`, { emailIdentity: mailFrom, tags }, child);
    this.customers = new EventQueue(
      `${name}-customers`,
      {
        topic: this.topic,
        eventTypes: CUSTOMER_EVENTS,
        consumerTimeout: timeout,
        maxReceiveCount: MAX_RECEIVE_COUNT,
        ...common,
      },
      child,
    );
    this.notifyCustomer = new BundledFunction(
      `${name}-notify-customer`,
      {
        entry: handlerPath("notify-customer"),
        environment: {
          ORDERS_TABLE: store.tableName,
          MAIL_FROM: mailFrom,
          PAYMENT_GATEWAY: paymentGateway,
          ...this.customers.pacedEnvironment(pace),
        },
        timeout,
        ...common,
      },
      child,
    );
    store.grant(this.notifyCustomer, "GetItem", "UpdateItem", "DeleteItem");
    this.notifyCustomer.allow(
      {
        actions: ["ses:SendEmail"],
        // The identity of the sender's address or domain and, in SES's sandbox, also of the recipient.
        resources: [pulumi.interpolate`arn:aws:ses:${region}:${accountId}:identity/*`],
        condition: { StringEquals: { "ses:FromAddress": mailFrom } },
      },
      // A phone number is not a resource: text messages need "*", and the Deny takes topics back.
      { actions: ["sns:Publish"], resources: ["*"] },
      { effect: "Deny", actions: ["sns:Publish"], resources: ["arn:*:sns:*:*:*"] },
    );
    this.customers.deliverAtPace(this.notifyCustomer, pace);

    this.registerOutputs({ topicArn: this.topic.arn });
  }
}

/** An event filter for the stream: new event items. */
const NEW_EVENTS = JSON.stringify({
  eventName: ["INSERT"],
  dynamodb: { Keys: { sk: { S: [{ prefix: "EVENT#" }] } } },
});
