import { DynamoDBClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect } from "chai";
import fc from "fast-check";
import { ORDER_STATUSES, type OrderStatus } from "../../../domain/lifecycle.ts";
import { newOrder } from "../../../domain/order.ts";
import { fromItem, toItem } from "../../../store/items.ts";
import { listOrders, type OrderFilter, orderItem } from "../../../store/orders.ts";
import type { OrdersTable } from "../../../store/table.ts";

const db: OrdersTable = { client: new DynamoDBClient(), table: "orders", shards: 3 };

/** An order as the indexes see it. */
interface Entry {
  orderId: string;
  status: OrderStatus;
  customerId: string;
  shard: number;
}

const INDEXES: Record<string, (entry: Entry) => string> = {
  byStatus: ({ status, shard }) => `${status}#${shard}`,
  byCreation: ({ shard }) => `ORDERS#${shard}`,
  byCustomer: ({ customerId }) => customerId,
};

/** Answers queries as DynamoDB does. No page has more than so many entries, the way one of DynamoDB ends after 1 MB. */
function answer(entries: Entry[], input: QueryCommandInput, pageSize: number) {
  const values = fromItem<Record<string, string>>(input.ExpressionAttributeValues ?? {});
  const partition = INDEXES[input.IndexName ?? ""];
  const rest = entries
    .filter((entry) => partition?.(entry) === values[":value"])
    .filter(({ orderId }) => values[":after"] === undefined || orderId < values[":after"])
    .sort((a, b) => (a.orderId < b.orderId ? 1 : -1));
  const page = rest.slice(0, Math.min(input.Limit ?? 1_000, pageSize));
  const last = page.length < rest.length && page.at(-1);
  return {
    Items: page.filter(({ status }) => !input.FilterExpression || status === values[":status"]).map(toItem),
    ...(last && { LastEvaluatedKey: toItem({ orderId: last.orderId }) }),
  };
}

const statuses = fc.constantFrom<OrderStatus>("PENDING", "FAILED");
const customers = fc.constantFrom("ann", "bob");
/** Ids sort by time, so a number with leading zeros stands in for one. */
const time = fc.integer({ min: 0, max: 999 });
const toId = (at: number) => String(at).padStart(4, "0");
const entries = fc.uniqueArray(fc.record({ at: time, status: statuses, customerId: customers, shard: fc.nat(2) }), {
  selector: ({ at }) => at,
  maxLength: 60,
});
const filters: fc.Arbitrary<OrderFilter> = fc.record({ status: statuses, customerId: customers }, { requiredKeys: [] });

describe("Listing orders", () => {
  const database = mockClient(db.client);

  beforeEach(() => database.reset());
  after(() => database.restore());

  it("shows each order exactly once, the newest first, over all shards, while orders are being added", async () => {
    const listing = fc.record({
      entries,
      filter: filters,
      limit: fc.integer({ min: 1, max: 20 }),
      pageSize: fc.integer({ min: 1, max: 9 }),
    });

    await fc.assert(
      fc.asyncProperty(listing, async ({ entries, filter, limit, pageSize }) => {
        const stored: Entry[] = entries.map(({ at, ...entry }) => ({ ...entry, orderId: toId(at) }));
        const { status, customerId } = filter;
        const expected = stored
          .filter(
            (entry) =>
              (status ?? entry.status) === entry.status && (customerId ?? entry.customerId) === entry.customerId,
          )
          .map(({ orderId }) => orderId)
          .sort()
          .reverse();
        database.on(QueryCommand).callsFake((input) => answer(stored, input, pageSize));

        const listed: string[] = [];
        let after: string | undefined = "";
        for (let added = 9_000; after !== undefined; added++) {
          const { orders, last }: Awaited<ReturnType<typeof listOrders>> = await listOrders(db, filter, limit, after);
          expect(orders.length).to.be.at.most(limit);
          listed.push(...orders.map(({ orderId }) => orderId));
          after = last;
          stored.push({
            orderId: String(added),
            status: status ?? "PENDING",
            customerId: customerId ?? "ann",
            shard: added % 3,
          });
        }

        expect(listed.filter((orderId) => orderId < "9000")).to.deep.equal(expected);
      }),
    );
  });

  it("has no cursor on the last page, not even when that is full", async () => {
    const stored = ["1", "2", "3", "4"].map((orderId) => ({
      orderId,
      status: "PENDING" as const,
      customerId: "ann",
      shard: 0,
    }));
    database.on(QueryCommand).callsFake((input) => answer(stored, input, 100));

    const first = await listOrders(db, {}, 2, "");
    const second = await listOrders(db, {}, 2, first.last ?? "");

    expect(first.last).to.equal("3");
    expect(second).to.not.have.property("last");
  });

  it("spreads orders evenly over the shards, and always the same way", () => {
    const request = { customerEmail: "jo@example.com", items: [] };
    const shards = Array.from({ length: 600 }, (_, index) => {
      const order = newOrder(`01a1fdf8-a932-7460-b6a4-${String(index).padStart(12, "0")}`, "now", request, {
        lines: [],
        totalMinor: 0,
        currency: "USD",
      });
      expect(orderItem(db, order)).to.deep.equal(orderItem(db, order));
      return fromItem<{ orderShard: string }>(orderItem(db, order)).orderShard;
    });

    for (const shard of [0, 1, 2]) {
      expect(shards.filter((each) => each === `ORDERS#${shard}`).length).to.be.within(150, 250);
    }
  });

  it("can tell the shard of an order in any status", () => {
    for (const status of ORDER_STATUSES) {
      const order = {
        ...newOrder("id", "now", { customerEmail: "", items: [] }, { lines: [], totalMinor: 0, currency: "USD" }),
        status,
      };
      expect(fromItem<{ statusShard: string }>(orderItem(db, order)).statusShard).to.match(
        new RegExp(`^${status}#[012]$`),
      );
    }
  });
});
