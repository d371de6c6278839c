import * as v from "valibot";
import { isMoney } from "./money.ts";

/** The rules that the fields of requests are made of. */

/**
 * An object of these fields and no others. A field that is not named is a violation, not ignored: a misspelt optional
 * field would be lost without a word, and a field that gets a meaning later would have been sent without one before.
 * `strictObject` does the same, but stops at the first unknown field.
 */
export function closedObject<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.objectWithRest(entries, v.never()) as unknown as v.StrictObjectSchema<Entries, undefined>;
}

/** Text for people: not blank, bounded, and of characters only: none that queues refuse, which carry it in events. */
export function text(maxLength: number) {
  return v.pipe(
    v.string(),
    v.maxLength(maxLength, `must have at most ${maxLength} characters`),
    v.regex(/\S/, "must not be blank"),
    v.check(
      (value) => !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(value),
      "must not have control characters or broken Unicode",
    ),
  );
}

/** An amount of dollars between these, both included. */
export function money(min: number, max: number) {
  return v.pipe(
    v.number(),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
    v.check(isMoney, "must have at most two decimal places"),
    v.description("US dollars, with at most two decimal places"),
  );
}

/** A whole number between these, both included. */
export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
}
