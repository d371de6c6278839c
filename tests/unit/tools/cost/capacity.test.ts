import { expect } from "chai";
import { sumBy } from "es-toolkit";
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
  it("follows the documented rules for item sizes", () => {
    expect(itemSize(item({ name: "Ann" })), "UTF-8").to.equal(7);
    expect(itemSize(item({ name: "Zoë" }))).to.equal(8);
    expect(itemSize(item({ n: 0 })), "a byte per two digits, plus one").to.equal(2);
    expect(itemSize(item({ n: 1999 }))).to.equal(4);
    expect(itemSize(item({ n: -1999 }))).to.equal(5);
    expect(itemSize(item({ ok: true, no: null })), "one byte each").to.equal(6);
    expect(itemSize(item({ m: { a: "x" } })), "3, plus 1 per entry").to.equal(1 + 3 + 1 + 2);
    expect(itemSize(item({ l: ["x", "y"] }))).to.equal(1 + 3 + 2 * (1 + 1));
  });

  it("charges reads per 4 KB, half if eventually consistent, and at least one unit", () => {
    expect(readUnits([], true)).to.equal(1);
    expect(readUnits([sized(4_096)], true)).to.equal(1);
    expect(readUnits([sized(4_097)], true)).to.equal(2);
    expect(readUnits([sized(2_000), sized(2_000), sized(2_000)], false), "together").to.equal(1);
  });

  it("charges writes per 1 KB of the larger item, twice in a transaction", () => {
    expect(units(writesOf(KEY, undefined, sized(1_024), [], false))).to.equal(1);
    expect(units(writesOf(KEY, sized(1_025), sized(10), [], false))).to.equal(2);
    expect(units(writesOf(KEY, sized(1_025), undefined, [], true))).to.equal(4);
    expect(units(writesOf(KEY, undefined, undefined, [], true)), "condition failed, or condition check").to.equal(2);
  });

  it("charges index writes for what changes there", () => {
    const order = { pk: "ORDER#1", sk: "ORDER", orderId: "1", openShard: "OPEN#0", statusShard: "PENDING#0", n: 1 };
    const begun = { ...order, statusShard: "PROCESSING#0" };
    const { openShard: _, ...completed } = { ...begun, statusShard: "COMPLETED#0" };

    expect(changes(undefined, order), "new").to.deep.equal(["byStatus PENDING#0 1", "byOpen OPEN#0 1"]);
    expect(changes(order, begun), "moved").to.deep.equal(["byStatus PENDING#0 1", "byStatus PROCESSING#0 1"]);
    expect(changes(order, { ...order, n: 2 }), "changed in place").to.deep.equal(["byStatus PENDING#0 1"]);
    expect(changes(begun, completed), "gone").to.include("byOpen OPEN#0 1");
    expect(changes(order, order), "unchanged").to.deep.equal([]);
  });

  it("charges storage in the table and in each index that contains the item", () => {
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
  return sumBy(writes, (write) => write.units);
}

function item(value: object): Item {
  return toItem(value) as unknown as Item;
}

/** An item of exactly this size. */
function sized(bytes: number): Item {
  return item({ a: "x".repeat(bytes - 1) });
}
