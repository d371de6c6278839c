import { expect } from "chai";
import { describe, it } from "mocha";
import { toItem } from "../../../../store/items.ts";
import {
  type Index,
  type Item,
  itemSize,
  type PartitionWrite,
  readUnits,
  storedBytes,
  writesOf,
} from "../../../../tools/cost/capacity.ts";

const KEY = item({ pk: "ORDER#1", sk: "ORDER" });
const INDEXES: Index[] = [
  { name: "byStatus", key: ["statusShard", "orderId"], projection: "ALL" },
  { name: "byOpen", key: ["openShard", "orderId"], projection: "KEYS_ONLY" },
];

describe("What DynamoDB bills", () => {
  it("sizes items by the documented rules", () => {
    expect(itemSize(item({ name: "Ann" })), "UTF-8").to.equal(7);
    expect(itemSize(item({ name: "Zoë" }))).to.equal(8);
    expect(itemSize(item({ n: 0 })), "digits by twos, and one more").to.equal(2);
    expect(itemSize(item({ n: 1999 }))).to.equal(4);
    expect(itemSize(item({ n: -1999 }))).to.equal(5);
    expect(itemSize(item({ ok: true, no: null })), "a byte each").to.equal(6);
    expect(itemSize(item({ m: { a: "x" } })), "3, and 1 for each entry").to.equal(1 + 3 + 1 + 2);
    expect(itemSize(item({ l: ["x", "y"] }))).to.equal(1 + 3 + 2 * (1 + 1));
  });

  it("reads by 4 KB, half where it may be late, and something where there is nothing", () => {
    expect(readUnits([], true)).to.equal(1);
    expect(readUnits([sized(4_096)], true)).to.equal(1);
    expect(readUnits([sized(4_097)], true)).to.equal(2);
    expect(readUnits([sized(2_000), sized(2_000), sized(2_000)], false), "together").to.equal(1);
  });

  it("writes by 1 KB of the larger item, twice in a transaction", () => {
    expect(units(writesOf(KEY, undefined, sized(1_024), [], false))).to.equal(1);
    expect(units(writesOf(KEY, sized(1_025), sized(10), [], false))).to.equal(2);
    expect(units(writesOf(KEY, sized(1_025), undefined, [], true))).to.equal(4);
    expect(units(writesOf(KEY, undefined, undefined, [], true)), "refused, or checked only").to.equal(2);
  });

  it("writes to an index what changes there", () => {
    const order = { pk: "ORDER#1", sk: "ORDER", orderId: "1", openShard: "OPEN#0", statusShard: "PENDING#0", n: 1 };
    const begun = { ...order, statusShard: "PROCESSING#0" };
    const { openShard: _, ...completed } = { ...begun, statusShard: "COMPLETED#0" };

    expect(changes(undefined, order), "new").to.deep.equal(["byStatus PENDING#0 1", "byOpen OPEN#0 1"]);
    expect(changes(order, begun), "moved").to.deep.equal(["byStatus PENDING#0 1", "byStatus PROCESSING#0 1"]);
    expect(changes(order, { ...order, n: 2 }), "changed in place").to.deep.equal(["byStatus PENDING#0 1"]);
    expect(changes(begun, completed), "gone").to.include("byOpen OPEN#0 1");
    expect(changes(order, order), "refused").to.deep.equal([]);
  });

  it("keeps items once in the table, and once in each index that has them", () => {
    const order = item({ pk: "ORDER#1", sk: "ORDER", orderId: "1", statusShard: "PENDING#0", openShard: "OPEN#0" });
    const keys = itemSize(item({ pk: "ORDER#1", sk: "ORDER", orderId: "1", openShard: "OPEN#0" }));

    expect(storedBytes(order, INDEXES)).to.equal(2 * itemSize(order) + keys + 3 * 100);
  });
});

function changes(before: object | undefined, after: object): string[] {
  const writes = writesOf(KEY, before && item(before), item(after), INDEXES, true);
  return writes.filter(({ index }) => index !== "").map(({ index, key, units }) => `${index} ${key} ${units}`);
}

function units(writes: PartitionWrite[]): number {
  return writes.reduce((sum, write) => sum + write.units, 0);
}

function item(value: object): Item {
  return toItem(value) as unknown as Item;
}

/** An item of exactly so many bytes. */
function sized(bytes: number): Item {
  return item({ a: "x".repeat(bytes - 1) });
}
