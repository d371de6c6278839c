import { isDeepStrictEqual } from "node:util";
import { hasUnknown, isAsset, type Values } from "./properties.ts";
import type { InputRule, ResourceType } from "./resource-type.ts";

/** What changed between two sets of inputs, and what that takes. */
export interface Difference {
  changes: Change[];
  /** The new resource can't exist beside the old one. */
  deleteBeforeReplace: boolean;
}

export interface Change {
  property: string;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

/** Compares by meaning: an input that is left out equals its default, lists are sets, JSON is what it says. */
export function compare(type: ResourceType, olds: Values, news: Values): Difference {
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

function isChange(rule: InputRule, old: unknown, wanted: unknown): boolean {
  if (rule.ignored || (rule.chosen && wanted === undefined)) return false;
  return !isSame(rule, old, wanted);
}

/** Whether the two values of an input mean the same to the service. */
export function isSame(rule: InputRule, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(meaning(rule, one), meaning(rule, other));
}

function meaning(rule: InputRule, value: unknown): unknown {
  if (rule.json) return typeof value === "string" ? parsed(value) : value;
  return compact(value ?? rule.default, rule.ordered === true);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** Drops what says nothing (empty, false, not there) and puts sets into one order. */
function compact(value: unknown, ordered: boolean): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => compact(item, ordered)).filter((item) => item !== undefined);
    if (items.length === 0) return undefined;
    return ordered ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === "object" && value !== null) {
    // A file is what its content is, wherever it lies.
    if (isAsset(value)) return value.hash;
    const parts = Object.entries(value)
      .map(([name, part]) => [name, compact(part, ordered)] as const)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return parts.length === 0 ? undefined : Object.fromEntries(parts);
  }
  return value === null || value === "" || value === false ? undefined : value;
}
