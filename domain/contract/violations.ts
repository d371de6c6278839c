import * as v from "valibot";
import type { Violation } from "../problem.ts";

/** Valid input as the schema's output type, or all violations of invalid input. */
export type ValidationResult<T> = { ok: true; value: T } | { ok: false; violations: Violation[] };

/** Validates input against a schema. */
export function validate<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): ValidationResult<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, input, { message: typeRule });
  if (result.success) return { ok: true, value: result.output };
  // A value can break two rules with the same message: 0.5 is neither whole nor at least 1.
  const violations = new Map<string, Violation>();
  for (const issue of result.issues) {
    const pointer = jsonPointer((issue.path ?? []).map(({ key }) => key));
    const detail = sentence(issue);
    violations.set(`${pointer} ${detail}`, { pointer, detail });
  }
  return { ok: false, violations: [...violations.values()] };
}

/** The JSON pointer (RFC 6901) for a path of keys. */
function jsonPointer(keys: readonly unknown[]): string {
  return keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "an array",
  number: "a number",
  string: "a string",
  object_with_rest: "an object",
};

/** The message for a value of the wrong type. Checks have messages of their own. */
function typeRule(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "picklist") return `must be one of ${issue.expected?.replace(/^\(|\)$/g, "").replaceAll('"', "")}`;
  return `must be ${TYPE_NAMES[issue.type] ?? issue.expected}`;
}

function sentence(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "never") return "This field is unknown. Remove it.";
  // Rules about several fields say when a missing one is required.
  if (issue.input === undefined) return `This field is required${issue.kind === "schema" ? "" : ` ${issue.message}`}.`;
  return `The value ${issue.message}, but is ${excerpt(issue.input)}.`;
}

/** A short, escaped form of a value for messages. */
function excerpt(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const start = JSON.stringify(value.slice(0, 60)).replace(INVISIBLE, escaped);
  return value.length > 60 ? `${start}… (${value.length} characters)` : start;
}

/** Marks that can't be seen, or that would turn the message around. */
const INVISIBLE = /\p{Cf}/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
