import type { Violation } from "../../domain/problem.ts";

/** Violations, each where a person can mend it. */
export interface Placement {
  /** Sentences by the pointer of the place where they are shown. */
  placed: Map<string, string[]>;
  /** Those that belong nowhere on the page. */
  rest: Violation[];
}

/**
 * Finds for each violation the place that is nearest to it: the one of its own JSON pointer, or else of the value that
 * it is in. So `/items/1/price` is shown at the second line of the basket.
 *
 * @param places - The pointers of the places that there are on the page.
 */
export function placeViolations(violations: readonly Violation[], places: ReadonlySet<string>): Placement {
  const placement: Placement = { placed: new Map(), rest: [] };
  for (const violation of violations) {
    let pointer = violation.pointer;
    while (pointer !== "" && !places.has(pointer)) pointer = pointer.slice(0, pointer.lastIndexOf("/"));
    if (pointer === "") placement.rest.push(violation);
    else placement.placed.set(pointer, [...(placement.placed.get(pointer) ?? []), violation.detail]);
  }
  return placement;
}
