// What DynamoDB bills for operations. Source: its developer guide, "DynamoDB read and write operations".

import { sumBy } from "es-toolkit";

/** An attribute value in DynamoDB's format, e.g. `{"S": "text"}`. */
type Value = Record<string, unknown>;

/** An item in DynamoDB's format. */
export type Item = Record<string, Value>;

/** The properties of a global secondary index that affect the costs of writes. */
export interface Index {
  name: string;
  /** The attributes of its key, partition key first. An item that lacks one is not in the index. */
  key: string[];
  projection: "ALL" | "KEYS_ONLY";
}

const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;

/** Billed storage in addition to the item's size, in the table and in each index that contains it. */
const STORAGE_OVERHEAD_BYTES = 100;

/** An item's size in bytes. Source: the developer guide, "DynamoDB item sizes and formats". */
export function itemSize(item: Item): number {
  return sumBy(Object.entries(item), ([name, value]) => Buffer.byteLength(name) + valueSize(value));
}

/**
 * Read units of a read: the total size, rounded up to 4 KB. Finding nothing counts as one unit.
 *
 * @param items - All items that a GetItem or Query read, or a single item of a batch.
 * @param isConsistent - An eventually consistent read costs half.
 */
export function readUnits(items: Item[], isConsistent: boolean): number {
  return unitsOf(sumBy(items, itemSize), READ_UNIT_BYTES) * (isConsistent ? 1 : 0.5);
}

/** Write units on a partition key of the table or of an index. */
export interface PartitionWrite {
  /** Name of the index; empty for the table. */
  index: string;
  /** Value of the partition key. */
  key: string;
  units: number;
}

/**
 * Write units of one item's write, on the table and each index. If its condition failed, before and after are the same:
 * DynamoDB bills the attempt.
 *
 * @param key - The item's key, needed if there is no item.
 * @param isTransactional - Doubles the table's units. Indexes are updated later, by non-transactional writes.
 */
export function writesOf(
  key: Item,
  before: Item | undefined,
  after: Item | undefined,
  indexes: Index[],
  isTransactional: boolean,
): PartitionWrite[] {
  const size = Math.max(...[before, after].map((item) => (item ? itemSize(item) : 0)));
  const units = unitsOf(size, WRITE_UNIT_BYTES) * (isTransactional ? 2 : 1);
  const inIndexes = indexes.flatMap((index) => indexWrites(index, before, after));
  return [{ index: "", key: partitionOf(key, "pk"), units }, ...inIndexes];
}

/** Billed storage of an item and its index entries, in bytes. */
export function storedBytes(item: Item, indexes: Index[]): number {
  const entries = indexes.map((index) => entryOf(index, item)).filter((entry) => entry !== undefined);
  return sumBy([item, ...entries], (entry) => itemSize(entry) + STORAGE_OVERHEAD_BYTES);
}

/** Source: the developer guide, "Using Global Secondary Indexes", section "Provisioned throughput considerations". */
function indexWrites(index: Index, before: Item | undefined, after: Item | undefined): PartitionWrite[] {
  const [from, to] = [before, after].map((item) => item && entryOf(index, item));
  const write = (entry: Item, units = unitsOf(itemSize(entry), WRITE_UNIT_BYTES)): PartitionWrite => ({
    index: index.name,
    key: partitionOf(entry, index.key[0] ?? ""),
    units,
  });
  // A changed key means a new entry and the deletion of the old one.
  if (!from || !to || index.key.some((name) => !isSame(from[name], to[name]))) {
    return [from, to].filter((entry) => entry !== undefined).map((entry) => write(entry));
  }
  return isSame(from, to) ? [] : [write(to, Math.max(write(from).units, write(to).units))];
}

function partitionOf(item: Item, name: string): string {
  return String(item[name]?.S);
}

function entryOf({ key, projection }: Index, item: Item): Item | undefined {
  if (key.some((name) => item[name] === undefined)) return undefined;
  if (projection === "ALL") return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => [...TABLE_KEY, ...key].includes(name)));
}

const TABLE_KEY = ["pk", "sk"];

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function unitsOf(size: number, unit: number): number {
  return Math.max(1, Math.ceil(size / unit));
}

function valueSize(value: Value): number {
  const [[type, content] = ["", undefined]] = Object.entries(value);
  switch (type) {
    case "S":
      return Buffer.byteLength(content as string);
    case "N":
      return numberSize(content as string);
    case "M":
      return 3 + Object.values(content as Item).length + itemSize(content as Item);
    case "L":
      return 3 + sumBy(content as Value[], (entry) => 1 + valueSize(entry));
    default:
      // BOOL and NULL. The table has no binary values and sets.
      return 1;
  }
}

/** About one byte per two significant digits, plus one. */
function numberSize(text: string): number {
  const digits = text.replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}
