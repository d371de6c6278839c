import { isDeepStrictEqual } from "node:util";
import { hasUnknown, isAsset, type Values } from "./properties.ts";
import type { InputRule, ResourceType } from "./resource-type.ts";

/** How two sets of inputs differ, and what the update requires. */
export interface Diff {
  changes: Change[];
  /** Whether the old resource must go first, since both would have the same identity. */
  deleteBeforeReplace: boolean;
}

export interface Change {
  property: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

/** Compares inputs by meaning: a missing one equals its default, lists are sets, and JSON is parsed. */
export function diff(type: ResourceType, olds: Values, news: Values): Diff {
  const changes = Object.entries(type.inputs)
    .filter(([property, rule]) => rule && isChange(rule, olds[property], news[property]))
    .map(([property, rule]): Change => {
      const kind = olds[property] === undefined ? "add" : news[property] === undefined ? "delete" : "update";
      return { property, kind, replaces: !type.update || rule?.replaces === true };
    });
  const keepsIdentity =
    type.identity?.every((name) => isDeepStrictEqual(olds[name], news[name]) && !hasUnknown(news[name])) ?? false;
  return { changes, deleteBeforeReplace: keepsIdentity && changes.some(({ replaces }) => replaces) };
}

function isChange(rule: InputRule, before: unknown, after: unknown): boolean {
  if (rule.ignored || (rule.computed && after === undefined)) return false;
  return !isSame(rule, before, after);
}

/** Whether the two values of an input mean the same to the service. */
export function isSame(rule: InputRule, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normalize(rule, one), normalize(rule, other));
}

function normalize(rule: InputRule, value: unknown): unknown {
  if (rule.json) return typeof value === "string" ? parseJson(value) : value;
  return compact(value ?? rule.default, rule.ordered === true);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** Drops values that mean nothing (empty, false, null) and sorts sets. */
function compact(value: unknown, ordered: boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => compact(item, ordered)).filter((item) => item !== undefined);
    if (items.length === 0) return undefined;
    return ordered ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === "object" && value !== null) {
    // A file is compared by content, not by path.
    if (isAsset(value)) return value.hash;
    const parts = Object.entries(value)
      .map(([name, part]) => [name, compact(part, ordered)] as const)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return parts.length === 0 ? undefined : Object.fromEntries(parts);
  }
  return value === null || value === "" || value === false ? undefined : value;
}
