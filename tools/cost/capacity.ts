/** What DynamoDB bills for an operation on items, by the rules of its developer guide, "DynamoDB read and write operations". */

/** An attribute's value as DynamoDB carries it, e.g. `{"S": "text"}`. */
type Value = Record<string, unknown>;

/** An item as DynamoDB carries it. */
export type Item = Record<string, Value>;

/** A global secondary index, as far as it matters for what a write costs. */
export interface Index {
  name: string;
  /** The attributes of its own key, the partition's first. An item that lacks one of them is not in the index. */
  key: string[];
  /** Whether it holds all attributes, or keys only. */
  projection: "ALL" | "KEYS_ONLY";
}

const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;

/** Storage that DynamoDB bills beside an item's own, in the table and once more in every index that holds it. */
const STORAGE_OVERHEAD_BYTES = 100;

/** An item's size in bytes. Source: the developer guide, "DynamoDB item sizes and formats". */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

/**
 * Read units of one read: what it read counts together, rounded up to 4 KB; reading nothing counts as one item.
 *
 * @param items - All that a GetItem or Query read, or one item of a batch.
 * @param isConsistent - A read that may be late costs half.
 */
export function readUnits(items: Item[], isConsistent: boolean): number {
  const size = items.reduce((sum, item) => sum + itemSize(item), 0);
  return unitsOf(size, READ_UNIT_BYTES) * (isConsistent ? 1 : 0.5);
}

/** Write units that one partition key of the table, or of one of its indexes, takes. */
export interface PartitionWrite {
  /** Name of the index; empty for the table itself. */
  index: string;
  /** Value of the partition key. */
  key: string;
  units: number;
}

/**
 * What one item's write takes of the table and of each index. Where a condition refused it, before and after are the
 * same: DynamoDB bills the attempt.
 *
 * @param key - The item's own key, which is there also where the item is not.
 * @param isTransactional - Doubles what the table takes. The indexes follow later, by plain writes.
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

/** Bytes that DynamoDB bills for keeping an item, its entries in the indexes included. */
export function storedBytes(item: Item, indexes: Index[]): number {
  const entries = indexes.map((index) => entryOf(index, item)).filter((entry) => entry !== undefined);
  return [item, ...entries].reduce((sum, held) => sum + itemSize(held) + STORAGE_OVERHEAD_BYTES, 0);
}

/** Source: the developer guide, "Using Global Secondary Indexes", section "Provisioned throughput considerations". */
function indexWrites(index: Index, before: Item | undefined, after: Item | undefined): PartitionWrite[] {
  const [from, to] = [before, after].map((item) => item && entryOf(index, item));
  const write = (entry: Item, units = unitsOf(itemSize(entry), WRITE_UNIT_BYTES)) => ({
    ...{ index: index.name, key: partitionOf(entry, index.key[0] ?? ""), units },
  });
  // An entry under another key is another entry: the old one is deleted.
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
      return (content as Value[]).reduce((sum, entry) => sum + 1 + valueSize(entry), 3);
    default:
      // BOOL and NULL; the table has no binary values and no sets.
      return 1;
  }
}

/** About a byte for two significant digits, and one more. */
function numberSize(text: string): number {
  const digits = text.replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}
