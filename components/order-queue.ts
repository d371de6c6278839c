import type * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import { EventQueue } from "./event-queue.ts";
import type { OrderWorkflow } from "./order-workflow.ts";
import type { FunctionArgs } from "./shared/common-args.ts";

/** The arguments of an {@link OrderQueue}. */
export interface OrderQueueArgs extends FunctionArgs {
  /** The topic of the orders' events. */
  topic: sns.Topic;
  /** The workflow that is started for each placed order, and for each that is to be cancelled. */
  workflow: OrderWorkflow;
  /** Batches of ten that start workflows at once at the most, 2 to 1,000. Default 5. */
  maximumConcurrency?: pulumi.Input<number>;
}

const CONSUMER_TIMEOUT_SECONDS = 10;

/** What waits to be fulfilled: a queue between the events and the workflow, which takes bursts and outages. */
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
    this.events.grantSetAside(this.startFulfilment);
    this.events.deliverTo(this.startFulfilment, maximumConcurrency);

    this.registerOutputs({ url: this.url });
  }

  /** The queue's URL. */
  get url(): pulumi.Output<string> {
    return this.events.queue.url;
  }

  /** The URL of the queue for what could not be started. */
  get deadLetterQueueUrl(): pulumi.Output<string> {
    return this.events.deadLetterQueue.url;
  }
}
