/**
 * Whether a value can tie together what one request brings about. It goes into logs, events and the workflow's input, so
 * it holds what ids are made of, and no more than 128 characters of that.
 */
export function isCorrelationId(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:-]{1,128}$/.test(value);
}
