import * as v from "valibot";
import { isMoney } from "../money.ts";

/** The rules that the fields of requests are made of. */

/** What valibot leaves out of objects without a word, for fear of prototypes. None of them is a field of ours. */
const PASSED_OVER = ["__proto__", "prototype", "constructor"];

/**
 * An object of these fields and no others. A field that is not named is a violation, not ignored: a misspelt optional
 * field would be lost without a word, and a field that gets a meaning later would have been sent without one before.
 * `strictObject` does the same, but stops at the first unknown field.
 */
export function closedObject<Entries extends v.ObjectEntries>(entries: Entries) {
  const unknown = v.never();
  const schema = v.objectWithRest(entries, unknown);
  const closed: typeof schema = {
    ...schema,
    "~run": (dataset, config) => {
      const input = dataset.value as Record<string, unknown> | null | undefined;
      const checked = schema["~run"](dataset, config);
      for (const key of PASSED_OVER) {
        if (!input || !Object.hasOwn(input, key)) continue;
        const value = input[key];
        v._addIssue(unknown, "type", checked, config, {
          input: value,
          path: [{ type: "object", origin: "value", input, key, value }],
        });
      }
      return checked;
    },
  };
  return closed as unknown as v.StrictObjectSchema<Entries, undefined>;
}

/** Characters that no text may have: controls, and the two that queues refuse, which carry some texts in events. */
export const NOT_TEXT = "\\u0000-\\u001f\\u007f-\\u009f\\ufffe\\uffff";

const BAD_CHARACTER = new RegExp(`[${NOT_TEXT}\\p{Cs}]`, "u");

/** Text for people: not blank, bounded, and of characters only. */
export function text(maxLength: number) {
  return v.pipe(
    v.string(),
    // JSON Schema counts characters, too, where a string's length counts those beyond U+FFFF twice.
    v.check((value) => [...value].length <= maxLength, `must have at most ${maxLength} characters`),
    v.metadata({ maxLength }),
    v.regex(/\S/, "must not be blank"),
    v.check((value) => !BAD_CHARACTER.test(value), "must not contain control characters or invalid Unicode"),
  );
}

/**
 * An amount of dollars between these, both included. The contract has its cents in words only: by `multipleOf: 0.01`,
 * validators that divide doubles find 19.99 wrong, as 19.99 / 0.01 is 1998.9999999999998.
 */
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
