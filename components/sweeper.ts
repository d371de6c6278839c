import * as pulumi from "@pulumi/pulumi";
import { BundledFunction } from "./bundled-function.ts";
import { handlerPath } from "./bundling/handler-path.ts";
import type { OrderStore } from "./order-store.ts";
import type { OrderWorkflow } from "./order-workflow.ts";
import { checkArgument, checkDeadline, isWholeNumber } from "./shared/arguments.ts";
import type { FunctionArgs } from "./shared/common-args.ts";
import { invokeRegularly } from "./shared/schedule.ts";

/** The arguments of a {@link Sweeper}. */
export interface SweeperArgs extends FunctionArgs {
  /** Holds the orders. */
  store: OrderStore;
  /** The workflow to restart. */
  workflow: OrderWorkflow;
  /** Number of partitions of the store's indexes, 1 to 100. For example `"1"`. */
  listShards: pulumi.Input<string>;
  /**
   * Seconds without progress after which an order is stuck, unless its workflow is running, 0 to 86,400. For example 900.
   */
  stuckAfterSeconds: pulumi.Input<number>;
  /** Hours after which an order that isn't charged ends UNAVAILABLE, 1 to 720. Default 24. */
  orderDeadlineHours?: number;
}

/** Restarts, every minute, the workflows of orders that are stuck for any reason. */
export class Sweeper extends pulumi.ComponentResource {
  readonly function: BundledFunction;

  constructor(name: string, args: SweeperArgs, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:Sweeper", name, {}, options);
    const { store, workflow, listShards, stuckAfterSeconds, orderDeadlineHours = 24, ...common } = args;
    const { tags = {} } = common;
    const argument = `Sweeper "${name}": stuckAfterSeconds`;
    checkArgument(argument, stuckAfterSeconds, isWholeNumber(0, 86_400), "a whole number of seconds, up to a day");
    checkDeadline(`Sweeper "${name}": orderDeadlineHours`, orderDeadlineHours);
    const child = { parent: this };

    this.function = new BundledFunction(
      `${name}-sweep-orders`,
      {
        entry: handlerPath("sweep-orders"),
        environment: {
          ORDERS_TABLE: store.tableName,
          STATE_MACHINE_ARN: workflow.arn,
          LIST_SHARDS: listShards,
          ORDER_DEADLINE_HOURS: String(orderDeadlineHours),
          STUCK_AFTER_SECONDS: pulumi.interpolate`${stuckAfterSeconds}`,
        },
        timeout: 60,
        ...common,
      },
      child,
    );
    store.grantFindOpenOrders(this.function);
    store.grant(this.function, "GetItem", "UpdateItem");
    workflow.grantStart(this.function);
    workflow.grantList(this.function);

    invokeRegularly(name, this.function, { expression: "rate(1 minute)", tags }, child);

    this.registerOutputs({});
  }
}
