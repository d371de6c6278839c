import { FORBIDDEN_CHARACTERS } from "./field-rules.ts";

const BLANKS =
  " \\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028\\u2029\\u202f" +
  "\\u205f-\\u2065\\u206a-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb";

/**
 * The rule of `text` as a JSON Schema pattern: at least one visible character. Lone surrogates, and invisible characters beyond
 * U+FFFF, are not covered.
 */
export const TEXT_PATTERN = `^[${BLANKS}]*[^${BLANKS}${FORBIDDEN_CHARACTERS}][^${FORBIDDEN_CHARACTERS}]*$`;
