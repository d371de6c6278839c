import { FORBIDDEN_CHARACTERS } from "./field-rules.ts";

const BLANKS = " \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";

/** The rule of `text` as a JSON Schema pattern: at least one non-blank character. Lone surrogates are not covered. */
export const TEXT_PATTERN = `^[${BLANKS}]*[^${BLANKS}${FORBIDDEN_CHARACTERS}][^${FORBIDDEN_CHARACTERS}]*$`;
