import { NOT_TEXT } from "./field-rules.ts";

const BLANKS = " \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";

/** What `text` takes, but for broken Unicode, as a regular expression of JSON Schema: any, after blanks, a mark. */
export const TEXT_PATTERN = `^[${BLANKS}]*[^${BLANKS}${NOT_TEXT}][^${NOT_TEXT}]*$`;
