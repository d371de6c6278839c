import * as v from "valibot";
import { PRODUCT_ID_PATTERN } from "../ids.ts";
import { decimalsOf, fromMinor, isMoney } from "../money.ts";

/** Building blocks for request schemas. */

/** Keys that valibot silently drops from objects, to guard against prototype pollution. */
const DROPPED_KEYS = ["__proto__", "prototype", "constructor"];

/**
 * An object with these fields and no others. Unknown fields are violations: ignoring them would silently lose a misspelt
 * optional field, and clients could already be sending a name that a later version gives a meaning. valibot's own
 * `strictObject` reports only the first unknown field.
 */
export function closedObject<Entries extends v.ObjectEntries>(entries: Entries) {
  const unknown = v.never();
  const schema = v.objectWithRest(entries, unknown);
  const closed: typeof schema = {
    ...schema,
    "~run": (dataset, config) => {
      const input = dataset.value as Record<string, unknown> | null | undefined;
      const checked = schema["~run"](dataset, config);
      for (const key of DROPPED_KEYS) {
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

/**
 * A rule about optional fields that other fields make required. It applies even if the object has other violations.
 *
 * @param required - The required fields, each with what goes on after "This field is required".
 */
export function requireFields<Input extends object>(
  required: (input: Record<string, unknown>) => (readonly [field: string, when: string])[],
) {
  return v.rawCheck<Input>(({ dataset, addIssue }) => {
    const input: unknown = dataset.value;
    if (typeof input !== "object" || input === null) return;
    const fields: Record<string, unknown> = { ...input };
    for (const [key, message] of required(fields)) {
      if (fields[key] !== undefined) continue;
      addIssue({
        message,
        input: undefined,
        path: [{ type: "object", origin: "value", input: fields, key, value: undefined }],
      });
    }
  });
}

/**
 * Control characters; marks that turn text around, after which a name may show another one; and U+FFFE and U+FFFF, which SQS
 * refuses: some texts travel in events. For a character class.
 */
export const FORBIDDEN_CHARACTERS = "\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ufffe\\uffff";

const FORBIDDEN_CHARACTER = new RegExp(`[${FORBIDDEN_CHARACTERS}\\p{Cs}]`, "u");

/** Anything but spaces and what is never seen: U+2800 is Braille without a dot, U+FFF9 to U+FFFB are marks for annotations. */
export const VISIBLE_CHARACTER = /[^\s\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;

/** Human-readable text: not blank, of at most `maxLength` characters, none of them forbidden. */
export function text(maxLength: number) {
  return v.pipe(
    v.string(),
    // Counts code points, as JSON Schema does; `length` would count those above U+FFFF twice.
    v.check((value) => [...value].length <= maxLength, `must have at most ${maxLength} characters`),
    v.metadata({ maxLength }),
    v.regex(VISIBLE_CHARACTER, "must not be blank"),
    v.check(
      (value) => !FORBIDDEN_CHARACTER.test(value),
      "must not contain control characters, marks that turn text around, or invalid Unicode",
    ),
  );
}

/** By a currency's decimal places. */
const PLACES = ["no", "", "at most two", "at most three"];

/**
 * A decimal amount. The contract states the decimal places only in its description: with `multipleOf: 0.01`, validators that
 * divide doubles reject 19.99, because 19.99 / 0.01 is 1998.9999999999998.
 *
 * @param minMinor - The lowest amount, in minor units.
 * @param maxMinor - The highest amount, in minor units.
 */
export function money(minMinor: number, maxMinor: number, currency: string) {
  const [min, max] = [fromMinor(minMinor, currency), fromMinor(maxMinor, currency)];
  const rule = `must have ${PLACES[decimalsOf(currency)]} decimal places`;
  return v.pipe(
    v.number(),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
    v.check((amount) => isMoney(amount, currency), rule),
    v.description(`In ${currency}, ${rule}`),
  );
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

/** A product's id. */
export const productId = v.pipe(
  v.string(),
  v.regex(PRODUCT_ID_PATTERN, "must be 1 to 64 letters, digits, dots, hyphens, tildes and underscores"),
);
