/**
 * Whether a value is a valid correlation id, which links everything that one request causes. It goes into logs, events
 * and the workflow's input, so it has at most 128 characters, and only those usual in ids.
 */
export function isCorrelationId(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:-]{1,128}$/.test(value);
}
