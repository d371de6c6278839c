import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "./bundled-function.ts";
import type { CommonArgs } from "./shared/common-args.ts";

/** The arguments of an {@link OrderStore}. */
export interface OrderStoreArgs extends CommonArgs {
  /**
   * Refuses to delete or replace the table, and leaves it in the account if it is removed from the program. Default false, so
   * that previews can be deleted.
   */
  deletionProtection?: boolean;
  /** Continuous backups of the last 35 days. Default true. */
  pointInTimeRecovery?: pulumi.Input<boolean>;
}

/** DynamoDB actions on items. */
export type TableAction =
  | "BatchGetItem"
  | "ConditionCheckItem"
  | "DeleteItem"
  | "GetItem"
  | "PutItem"
  | "Query"
  | "UpdateItem";

/** Indexes that list orders, oldest first. */
const LIST_INDEXES = [
  { name: "byStatus", hashKey: "statusShard", projection: "ALL" },
  { name: "byCreation", hashKey: "orderShard", projection: "ALL" },
  { name: "byCustomer", hashKey: "customerId", projection: "ALL" },
];

/** A sparse index of the orders that still need work, so that the sweeper reads few. */
const OPEN_INDEX = { name: "byOpen", hashKey: "openShard", projection: "KEYS_ONLY" };

const INDEXES = [...LIST_INDEXES, OPEN_INDEX];

/**
 * The system's only table: orders with all that belongs to them, their events, idempotency records and products.
 *
 * Items have the keys `pk` and `sk`. The indexes list orders by `orderId`, which sorts by time. The stream is the outbox:
 * events are published from it.
 */
export class OrderStore extends pulumi.ComponentResource {
  readonly table: dynamodb.Table;

  constructor(name: string, args: OrderStoreArgs = {}, options?: pulumi.ComponentResourceOptions) {
    super("orders:index:OrderStore", name, {}, options);
    const { deletionProtection = false, pointInTimeRecovery = true, encryptionKey, tags = {} } = args;

    this.table = new dynamodb.Table(
      `${name}-table`,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "pk",
        rangeKey: "sk",
        attributes: ["pk", "sk", "orderId", ...INDEXES.map(({ hashKey }) => hashKey)].map((attribute) => ({
          name: attribute,
          type: "S",
        })),
        globalSecondaryIndexes: INDEXES.map((index) => ({
          name: index.name,
          keySchemas: [
            { attributeName: index.hashKey, keyType: "HASH" },
            { attributeName: "orderId", keyType: "RANGE" },
          ],
          projectionType: index.projection,
        })),
        streamEnabled: true,
        streamViewType: "NEW_IMAGE",
        ttl: { enabled: true, attributeName: "expiresAt" },
        pointInTimeRecovery: { enabled: pointInTimeRecovery },
        serverSideEncryption: { enabled: true, ...(encryptionKey && { kmsKeyArn: encryptionKey.arn }) },
        deletionProtectionEnabled: deletionProtection,
        tags,
      },
      // DynamoDB's protection only fails the deployment; Pulumi's already fails the preview.
      { parent: this, protect: deletionProtection, retainOnDelete: deletionProtection },
    );

    this.registerOutputs({ tableName: this.tableName });
  }

  /** The table's name in the account. */
  get tableName(): pulumi.Output<string> {
    return this.table.name;
  }

  /** Allows the function these actions on the table, but not on its indexes. */
  grant(fn: BundledFunction, ...actions: TableAction[]): void {
    fn.allow({ actions: actions.map((action) => `dynamodb:${action}`), resources: [this.table.arn] });
  }

  /** Lets the function list orders. */
  grantListOrders(fn: BundledFunction): void {
    fn.allow({ actions: ["dynamodb:Query"], resources: LIST_INDEXES.map(({ name }) => this.indexArn(name)) });
  }

  /** Lets the function list the orders of a status. */
  grantListByStatus(fn: BundledFunction): void {
    fn.allow({ actions: ["dynamodb:Query"], resources: [this.indexArn("byStatus")] });
  }

  /** Lets the function list the orders by when they were placed. */
  grantListByCreation(fn: BundledFunction): void {
    fn.allow({ actions: ["dynamodb:Query"], resources: [this.indexArn("byCreation")] });
  }

  /** Lets the function find the orders that still need work. */
  grantFindOpenOrders(fn: BundledFunction): void {
    fn.allow({ actions: ["dynamodb:Query"], resources: [this.indexArn(OPEN_INDEX.name)] });
  }

  /** Lets Lambda read the table's stream for the function. */
  grantReadStream(fn: BundledFunction): void {
    const actions = ["DescribeStream", "GetRecords", "GetShardIterator"];
    fn.allow({ actions: actions.map((action) => `dynamodb:${action}`), resources: [this.table.streamArn] });
    // Without resource-level permissions: on the stream, it would grant nothing.
    fn.allow({ actions: ["dynamodb:ListStreams"], resources: ["*"] });
  }

  private indexArn(index: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.table.arn}/index/${index}`;
  }
}
