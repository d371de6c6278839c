import type * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import { EventQueue } from "./event-queue.ts";
import type { OrderWorkflow } from "./order-workflow.ts";
import type { FunctionArgs } from "./shared/common-args.ts";

/** The arguments of an {@link OrderQueue}. */
export interface OrderQueueArgs extends FunctionArgs {
  /** The topic with the orders' events. */
  topic: sns.Topic;
  /** The workflow to start for each order that is placed or whose cancellation is requested. */
  workflow: OrderWorkflow;
  /** Maximum concurrent batches, of up to ten orders each, 2 to 1,000. Default 5. */
  maximumConcurrency?: pulumi.Input<number>;
}

/** Time-out of the function that starts the workflows. */
export const CONSUMER_TIMEOUT_SECONDS = 10;

/** Starts the workflow of each order, through a queue that absorbs bursts and outages. */
export class OrderQueue extends pulumi.ComponentResource {
  readonly events: EventQueue;
  readonly startFulfilment: BundledFunction;

  constructor(name: string, args: OrderQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:OrderQueue", name, {}, options);
    const { topic, workflow, maximumConcurrency = 5, ...common } = args;
    const child = { parent: this };

    this.events = new EventQueue(
      `${name}-queue`,
      {
        topic,
        eventTypes: ["OrderPlaced", "OrderCancelRequested"],
        consumerTimeout: CONSUMER_TIMEOUT_SECONDS,
        ...common,
      },
      child,
    );

    this.startFulfilment = new BundledFunction(
      `${name}-start-fulfilment`,
      {
        entry: handlerPath("start-fulfilment"),
        environment: { STATE_MACHINE_ARN: workflow.arn, DEAD_LETTER_QUEUE_URL: this.deadLetterQueueUrl },
        timeout: CONSUMER_TIMEOUT_SECONDS,
        ...common,
      },
      child,
    );
    workflow.grantStart(this.startFulfilment);
    this.events.grantSendDeadLetters(this.startFulfilment);
    this.events.deliverTo(this.startFulfilment, maximumConcurrency);

    this.registerOutputs({ url: this.url });
  }

  /** The queue's URL. */
  get url(): pulumi.Output<string> {
    return this.events.queue.url;
  }

  /** The URL of the queue with orders whose workflow could not be started. */
  get deadLetterQueueUrl(): pulumi.Output<string> {
    return this.events.deadLetterQueue.url;
  }
}
