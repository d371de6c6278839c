import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "./bundled-function.ts";
import { queueEncryption } from "./encryption-key.ts";
import { checkArgument, isWholeNumber } from "./shared/arguments.ts";
import type { CommonArgs } from "./shared/common-args.ts";
import { BATCH_SIZE, type Pace } from "./shared/pace.ts";
import { queuePolicy } from "./shared/policies.ts";

/** The arguments of an {@link EventQueue}. */
export interface EventQueueArgs extends CommonArgs {
  /** The topic to subscribe to. Default none: only roles with the permission send messages. */
  topic?: sns.Topic;
  /** The types of events to receive; SNS filters out all others. Required with `topic`. For example `["OrderPlaced"]`. */
  eventTypes?: readonly string[];
  /** Time-out of the function that consumes the messages, in seconds. For example 10. */
  consumerTimeout: number;
  /** Deliveries before a message becomes a dead letter. Default {@link MAX_RECEIVE_COUNT}. */
  maxReceiveCount?: number;
}

/** 14 days, SQS's maximum. Dead letters need it, as somebody has to look at them; other messages may have to wait for long. */
export const RETENTION_SECONDS = 14 * 24 * 3600;

/** Deliveries before a message becomes a dead letter: enough to outlast a short outage of a dependency. */
export const MAX_RECEIVE_COUNT = 5;

/**
 * Seconds after which a message that failed comes back. Leaves time to retry throttled batches. Source: Lambda's guide on event
 * sources of SQS.
 *
 * @param consumerTimeout - Time-out of the function that consumes the messages, in seconds.
 */
export function visibilitySeconds(consumerTimeout: number): number {
  return 6 * consumerTimeout;
}

/** A queue for one function, of a topic's events or of other messages, with a dead-letter queue for those that failed too often. */
export class EventQueue extends pulumi.ComponentResource {
  readonly queue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  private readonly name: string;
  private readonly tags: NonNullable<EventQueueArgs["tags"]>;

  constructor(name: string, args: EventQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:EventQueue", name, {}, options);
    const {
      topic,
      eventTypes = [],
      consumerTimeout,
      maxReceiveCount = MAX_RECEIVE_COUNT,
      encryptionKey,
      tags = {},
    } = args;
    this.name = name;
    this.tags = tags;
    if (topic) {
      checkArgument(`EventQueue "${name}": eventTypes`, eventTypes, (types) => types.length > 0, "at least one type");
    }
    const child = { parent: this };

    this.deadLetterQueue = new sqs.Queue(
      `${name}-dead-letters`,
      { messageRetentionSeconds: RETENTION_SECONDS, ...queueEncryption(encryptionKey), tags },
      child,
    );
    this.queue = new sqs.Queue(
      `${name}-messages`,
      {
        visibilityTimeoutSeconds: visibilitySeconds(consumerTimeout),
        receiveWaitTimeSeconds: 20,
        messageRetentionSeconds: RETENTION_SECONDS,
        ...queueEncryption(encryptionKey),
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetterQueue.arn,
          maxReceiveCount,
        }),
        tags,
      },
      child,
    );

    new sqs.RedriveAllowPolicy(
      `${name}-redrive`,
      {
        queueUrl: this.deadLetterQueue.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [this.queue.arn],
        }),
      },
      child,
    );
    const deadLettersPolicy = new sqs.QueuePolicy(
      `${name}-dead-letters-policy`,
      { queueUrl: this.deadLetterQueue.url, policy: queuePolicy(this.deadLetterQueue.arn, topic?.arn) },
      child,
    );
    const policy = new sqs.QueuePolicy(
      `${name}-messages-policy`,
      { queueUrl: this.queue.url, policy: queuePolicy(this.queue.arn, topic?.arn) },
      child,
    );
    if (topic) {
      new sns.TopicSubscription(
        `${name}-subscription`,
        {
          topic: topic.arn,
          protocol: "sqs",
          endpoint: this.queue.arn,
          rawMessageDelivery: true,
          filterPolicy: JSON.stringify({ type: eventTypes }),
          // Without this, SNS drops messages it has no permission or key to deliver.
          redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.deadLetterQueue.arn }),
        },
        { ...child, dependsOn: [policy, deadLettersPolicy] },
      );
    }

    this.registerOutputs({ url: this.queue.url });
  }

  /**
   * Delivers the messages to the function, in batches of up to ten. It reports those that failed (`batchItemFailures`).
   *
   * @param maximumConcurrency - Maximum concurrent batches, 2 to 1,000: limits the load on what the function calls.
   * @throws pulumi.RunError if `maximumConcurrency` is out of range.
   */
  deliverTo(fn: BundledFunction, maximumConcurrency: pulumi.Input<number>): void {
    const argument = `EventQueue "${this.name}": maximumConcurrency`;
    checkArgument(argument, maximumConcurrency, isWholeNumber(2, 1_000), "a whole number, 2 to 1,000");
    fn.allow({
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      resources: [this.queue.arn],
    });
    new lambda.EventSourceMapping(
      `${this.name}-delivery`,
      {
        eventSourceArn: this.queue.arn,
        functionName: fn.arn,
        batchSize: BATCH_SIZE,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency },
        tags: this.tags,
      },
      { parent: this, dependsOn: [fn] },
    );
  }

  /** The variables that a function of `pacedConsumer` needs to handle this queue's messages. */
  pacedEnvironment({ intervalMs, backlogSeconds }: Pace): Record<string, pulumi.Input<string>> {
    return {
      MESSAGE_INTERVAL_MS: String(intervalMs),
      BACKLOG_SECONDS: String(backlogSeconds),
      QUEUE_URL: this.queue.url,
      DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.url,
    };
  }

  /** Delivers the messages to a function of `pacedConsumer`, which decides when one that failed comes back. */
  deliverAtPace(fn: BundledFunction, { maximumConcurrency }: Pace): void {
    this.grantSendDeadLetters(fn);
    fn.allow({ actions: ["sqs:ChangeMessageVisibility"], resources: [this.queue.arn] });
    this.deliverTo(fn, maximumConcurrency);
  }

  /** Lets the function send messages that can never succeed to the dead-letter queue at once. */
  grantSendDeadLetters(fn: BundledFunction): void {
    fn.allow({ actions: ["sqs:SendMessage"], resources: [this.deadLetterQueue.arn] });
  }
}
