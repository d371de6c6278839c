import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { BundledFunction } from "./bundled-function.ts";
import type { CommonArgs } from "./shared/common-args.ts";

/** The arguments of an {@link OrderStore}. */
export interface OrderStoreArgs extends CommonArgs {
  /**
   * Refuses to delete the table, and every change that would replace it, with whatever is in it. Should it ever leave the
   * program, it stays in the account. Default false, so that previews can go.
   */
  deletionProtection?: boolean;
  /** Continuous backups of the last 35 days. Default true. */
  pointInTimeRecovery?: pulumi.Input<boolean>;
}

/** What a function may do with the table's items. */
export type TableAction =
  | "BatchGetItem"
  | "ConditionCheckItem"
  | "DeleteItem"
  | "GetItem"
  | "PutItem"
  | "Query"
  | "UpdateItem";

/** Indexes that list orders, newest last, by the partition that the name tells. */
const LISTS = [
  { name: "byStatus", hashKey: "statusShard" },
  { name: "byCreation", hashKey: "orderShard" },
  { name: "byCustomer", hashKey: "customerId" },
];

/** The orders that still need work, and no others: what the sweeper looks through stays small. */
const OPEN_ORDERS = { name: "byOpen", hashKey: "openShard" };

const INDEXES = [...LISTS, OPEN_ORDERS];

/**
 * The one table of the system: orders, their events, idempotency records and products.
 *
 * Items are found by `pk` and `sk`; orders are listed by the indexes, sorted by `orderId`, whose values sort by time.
 * Writes appear in the table's stream, which is the outbox of the events.
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
          projectionType: index === OPEN_ORDERS ? "KEYS_ONLY" : "ALL",
        })),
        streamEnabled: true,
        streamViewType: "NEW_IMAGE",
        ttl: { enabled: true, attributeName: "expiresAt" },
        pointInTimeRecovery: { enabled: pointInTimeRecovery },
        serverSideEncryption: { enabled: true, ...(encryptionKey && { kmsKeyArn: encryptionKey.arn }) },
        deletionProtectionEnabled: deletionProtection,
        tags,
      },
      // DynamoDB's own protection tells only when the deployment is under way; the engine's, in the preview already.
      { parent: this, protect: deletionProtection, retainOnDelete: deletionProtection },
    );

    this.registerOutputs({ tableName: this.tableName });
  }

  /** The table's name in the account. */
  get tableName(): pulumi.Output<string> {
    return this.table.name;
  }

  /** Lets the function do these actions on the table's items, the indexes not included. */
  grant(fn: BundledFunction, ...actions: TableAction[]): void {
    fn.allow({ actions: actions.map((action) => `dynamodb:${action}`), resources: [this.table.arn] });
  }

  /** Lets the function list orders. */
  grantListOrders(fn: BundledFunction): void {
    fn.allow({ actions: ["dynamodb:Query"], resources: LISTS.map(({ name }) => this.indexArn(name)) });
  }

  /** Lets the function find the orders that still need work. */
  grantFindOpenOrders(fn: BundledFunction): void {
    fn.allow({ actions: ["dynamodb:Query"], resources: [this.indexArn(OPEN_ORDERS.name)] });
  }

  /** Lets Lambda read the table's stream for the function. */
  grantReadStream(fn: BundledFunction): void {
    const actions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
    fn.allow({ actions: actions.map((action) => `dynamodb:${action}`), resources: [this.table.streamArn] });
  }

  private indexArn(index: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.table.arn}/index/${index}`;
  }
}
