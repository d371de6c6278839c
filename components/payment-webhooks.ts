import * as pulumi from "@pulumi/pulumi";
import { RESPONSE_TIMEOUT_MS } from "../payments/port.ts";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import { EventQueue } from "./event-queue.ts";
import type { OrderStore } from "./order-store.ts";
import type { OrderWorkflow } from "./order-workflow.ts";
import { Secret } from "./secret.ts";
import { checkArgument } from "./shared/arguments.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { paceOf } from "./shared/pace.ts";

/** The arguments of {@link PaymentWebhooks}. */
export interface PaymentWebhooksArgs extends FunctionArgs {
  /** Holds the orders. */
  store: OrderStore;
  /** The workflow that Stripe's payments belong to: it must have Stripe's key. */
  workflow: OrderWorkflow;
  /** The signing secret of the webhook's endpoint at Stripe, e.g. `whsec_…`. */
  signingSecret: pulumi.Input<string>;
  /** The one before, while it is being replaced. Default none. */
  previousSigningSecret?: pulumi.Input<string>;
}

/** Reports that are handled a second: each reads twice at Stripe, whose limit of 25 requests a second at an endpoint leaves room. */
const PER_SECOND = 10;

/** How long a report takes at most, in addition to its batch's pauses: two requests to Stripe, and the table. */
const HANDLING_SECONDS = 10 + (2 * RESPONSE_TIMEOUT_MS) / 1_000;

/** Deliveries before a report becomes a dead letter: what can never succeed does so by itself. */
const MAX_RECEIVE_COUNT = 100;

/**
 * Receives what Stripe reports about payments: one function verifies it and answers at once, another one handles it when its turn
 * comes.
 */
export class PaymentWebhooks extends pulumi.ComponentResource {
  /** Answers Stripe, behind an API's route `POST /webhooks/stripe`. */
  readonly receive: BundledFunction;
  readonly process: BundledFunction;
  readonly reports: EventQueue;

  constructor(name: string, args: PaymentWebhooksArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:PaymentWebhooks", name, {}, options);
    const { store, workflow, signingSecret, previousSigningSecret, ...common } = args;
    const { stripeKey } = workflow;
    checkArgument(
      `PaymentWebhooks "${name}": workflow`,
      workflow,
      () => stripeKey !== undefined,
      "one with Stripe's key",
    );
    const child = { parent: this };
    const pace = paceOf(`PaymentWebhooks "${name}"`, PER_SECOND);
    const timeout = HANDLING_SECONDS + pace.batchSeconds;

    const secret = new Secret(
      `${name}-signing`,
      { value: pulumi.jsonStringify({ current: signingSecret, previous: previousSigningSecret }), ...common },
      child,
    );
    this.reports = new EventQueue(
      `${name}-reports`,
      { consumerTimeout: timeout, maxReceiveCount: MAX_RECEIVE_COUNT, ...common },
      child,
    );

    this.receive = new BundledFunction(
      `${name}-receive-webhook`,
      {
        entry: handlerPath("receive-webhook"),
        environment: {
          QUEUE_URL: this.reports.queue.url,
          WEBHOOK_SECRET_ARN: secret.arn,
          WEBHOOK_SECRET_VERSION: secret.version,
        },
        ...common,
      },
      child,
    );
    secret.grantRead(this.receive);
    this.receive.allow({ actions: ["sqs:SendMessage"], resources: [this.reports.queue.arn] });

    this.process = new BundledFunction(
      `${name}-process-webhooks`,
      {
        entry: handlerPath("process-webhooks"),
        environment: {
          ORDERS_TABLE: store.tableName,
          PAYMENT_QUEUE_URL: workflow.payments.queue.url,
          STACK: workflow.stack,
          ...(stripeKey && { STRIPE_SECRET_ARN: stripeKey.arn, STRIPE_SECRET_VERSION: stripeKey.version }),
          ...this.reports.pacedEnvironment(pace),
        },
        timeout,
        ...common,
      },
      child,
    );
    stripeKey?.grantRead(this.process);
    store.grant(this.process, "Query", "GetItem", "PutItem", "UpdateItem");
    this.process.allow({ actions: ["sqs:SendMessage"], resources: [workflow.payments.queue.arn] });
    this.reports.deliverAtPace(this.process, pace);

    this.registerOutputs({ queueUrl: this.reports.queue.url });
  }
}
