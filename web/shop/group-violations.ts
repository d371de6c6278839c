import type { Violation } from "../../domain/problem.ts";

/** Violations grouped by the field at which they are shown. */
export interface GroupedViolations {
  /** Sentences by the field's JSON pointer. */
  byField: Map<string, string[]>;
  /** Violations without a field. */
  rest: Violation[];
}

/**
 * Groups violations by field: the one with the violation's JSON pointer, or else the nearest one that contains it. So
 * `/items/1/price` belongs to `/items/1`.
 *
 * @param fields - The JSON pointers of the fields on the page.
 */
export function groupByField(violations: readonly Violation[], fields: ReadonlySet<string>): GroupedViolations {
  const groups: GroupedViolations = { byField: new Map(), rest: [] };
  for (const violation of violations) {
    let pointer = violation.pointer;
    while (pointer !== "" && !fields.has(pointer)) pointer = pointer.slice(0, pointer.lastIndexOf("/"));
    if (pointer === "") groups.rest.push(violation);
    else groups.byField.set(pointer, [...(groups.byField.get(pointer) ?? []), violation.detail]);
  }
  return groups;
}
