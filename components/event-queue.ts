import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "./bundled-function.ts";
import { queueEncryption } from "./encryption-key.ts";
import { checkArgument, isWholeNumber } from "./shared/arguments.ts";
import type { CommonArgs } from "./shared/common-args.ts";
import { queuePolicy } from "./shared/policies.ts";

/** The arguments of an {@link EventQueue}. */
export interface EventQueueArgs extends CommonArgs {
  /** The topic whose events it takes. */
  topic: sns.Topic;
  /** The types of event that it takes; others never reach it. */
  eventTypes: readonly string[];
  /** Time-out of the function that will handle the messages, in seconds. */
  consumerTimeout: number;
}

/** Deliveries of a message before it goes to the dead-letter queue: enough to outlast a dependency's short outage. */
const MAX_RECEIVE_COUNT = 5;

/** 14 days, the longest that SQS keeps a message: time for a person to look. */
export const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600;

/** A queue of events from the topic, and a dead-letter queue for those that were delivered five times in vain. */
export class EventQueue extends pulumi.ComponentResource {
  readonly queue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  private readonly name: string;
  private readonly tags: EventQueueArgs["tags"];

  constructor(name: string, args: EventQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:EventQueue", name, {}, options);
    const { topic, eventTypes, consumerTimeout, encryptionKey, tags = {} } = args;
    this.name = name;
    this.tags = tags;
    checkArgument(`EventQueue "${name}": eventTypes`, eventTypes, (types) => types.length > 0, "at least one type");
    const child = { parent: this };

    this.deadLetterQueue = new sqs.Queue(
      `${name}-dead-letters`,
      { messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS, ...queueEncryption(encryptionKey), tags },
      child,
    );
    this.queue = new sqs.Queue(
      `${name}-messages`,
      {
        // Six times the consumer's time-out, as Lambda's guide for SQS asks: its retries of a throttled batch need it.
        visibilityTimeoutSeconds: 6 * consumerTimeout,
        receiveWaitTimeSeconds: 20,
        ...queueEncryption(encryptionKey),
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetterQueue.arn,
          maxReceiveCount: MAX_RECEIVE_COUNT,
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
      { queueUrl: this.deadLetterQueue.url, policy: queuePolicy(this.deadLetterQueue.arn, topic.arn) },
      child,
    );
    const policy = new sqs.QueuePolicy(
      `${name}-messages-policy`,
      { queueUrl: this.queue.url, policy: queuePolicy(this.queue.arn, topic.arn) },
      child,
    );
    new sns.TopicSubscription(
      `${name}-subscription`,
      {
        topic: topic.arn,
        protocol: "sqs",
        endpoint: this.queue.arn,
        rawMessageDelivery: true,
        filterPolicy: JSON.stringify({ type: eventTypes }),
        // What SNS may not deliver, for want of a right or a key, it would drop.
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: this.deadLetterQueue.arn }),
      },
      { ...child, dependsOn: [policy, deadLettersPolicy] },
    );

    this.registerOutputs({ url: this.queue.url });
  }

  /**
   * Has the function handle the messages, in batches of up to ten; it answers with the ids of those that failed.
   *
   * @param maximumConcurrency - Batches handled at once at the most, 2 to 1,000: the back-pressure on what it calls. Not
   * more than the function may run at once: Lambda would throttle them, and five throttled deliveries make a dead letter.
   */
  deliverTo(fn: BundledFunction, maximumConcurrency: pulumi.Input<number>): void {
    const argument = `EventQueue "${this.name}": maximumConcurrency`;
    checkArgument(argument, maximumConcurrency, isWholeNumber(2, 1_000), "a whole number, 2 to 1,000");
    const reserved = fn.reservedConcurrency;
    const fits = (batches: number) => reserved === 0 || batches <= reserved;
    checkArgument(argument, maximumConcurrency, fits, `at most the ${reserved} executions reserved for the function`);
    fn.allow({
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      resources: [this.queue.arn],
    });
    new lambda.EventSourceMapping(
      `${this.name}-delivery`,
      {
        eventSourceArn: this.queue.arn,
        functionName: fn.arn,
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency },
        ...(this.tags && { tags: this.tags }),
      },
      { parent: this, dependsOn: [fn] },
    );
  }

  /** Lets the function put a message that can never succeed aside at once. */
  grantSetAside(fn: BundledFunction): void {
    fn.allow({ actions: ["sqs:SendMessage"], resources: [this.deadLetterQueue.arn] });
  }
}
