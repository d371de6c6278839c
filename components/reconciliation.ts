import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import type { OrderStore } from "./order-store.ts";
import type { OrderWorkflow } from "./order-workflow.ts";
import { checkArgument } from "./shared/arguments.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { invokeRegularly } from "./shared/schedule.ts";

/** The arguments of a {@link Reconciliation}. */
export interface ReconciliationArgs extends FunctionArgs {
  /** Holds the orders. */
  store: OrderStore;
  /** The workflow that charges the orders: it must have Stripe's key. */
  workflow: OrderWorkflow;
  /** Number of partitions of the store's indexes, 1 to 100. For example `"1"`. */
  listShards: pulumi.Input<string>;
}

/** Lambda's maximum. */
const TIMEOUT_SECONDS = 900;

/** Compares the payments at Stripe with the orders: hourly those of the last day, daily those of the last week. */
export class Reconciliation extends pulumi.ComponentResource {
  readonly function: BundledFunction;

  constructor(name: string, args: ReconciliationArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Reconciliation", name, {}, options);
    const { store, workflow, listShards, ...common } = args;
    const { stripeKey } = workflow;
    const { tags = {} } = common;
    checkArgument(
      `Reconciliation "${name}": workflow`,
      workflow,
      () => stripeKey !== undefined,
      "one with Stripe's key",
    );
    const child = { parent: this };

    this.function = new BundledFunction(
      `${name}-reconcile-payments`,
      {
        entry: handlerPath("reconcile-payments"),
        environment: {
          ORDERS_TABLE: store.tableName,
          LIST_SHARDS: listShards,
          STACK: workflow.stack,
          ...(stripeKey && { STRIPE_SECRET_ARN: stripeKey.arn, STRIPE_SECRET_VERSION: stripeKey.version }),
        },
        timeout: TIMEOUT_SECONDS,
        ...common,
      },
      child,
    );
    stripeKey?.grantRead(this.function);
    store.grant(this.function, "BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem");
    store.grantListByCreation(this.function);
    invokeRegularly(`${name}-hourly`, this.function, { expression: "rate(1 hour)", input: { days: 1 }, tags }, child);
    invokeRegularly(`${name}-daily`, this.function, { expression: "rate(1 day)", input: { days: 7 }, tags }, child);

    this.registerOutputs({});
  }
}
