import * as pulumi from "@pulumi/pulumi";

/**
 * Checks an argument in a component's constructor, before any resource is registered. Outputs and promises pass unchecked:
 * their values are not known yet.
 *
 * @param argument - Component and argument, e.g. `OrderStore "orders": listShards`.
 * @param expected - What is accepted, to follow "must be": `a whole number from 1 to 100`.
 * @throws pulumi.RunError, which Pulumi prints without a stack trace.
 */
export function checkArgument<T>(
  argument: string,
  value: pulumi.Input<T>,
  isValid: (value: T) => boolean,
  expected: string,
): void {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return;
  if (isValid(value as T)) return;
  throw new pulumi.RunError(`${argument} must be ${expected}, but is ${JSON.stringify(value)}.`);
}

/** A check for a whole number between the bounds, both included. */
export function isWholeNumber(minimum: number, maximum: number): (value: unknown) => boolean {
  return (value) => Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}

/** The only retentions that CloudWatch Logs accepts. Source: API reference of PutRetentionPolicy. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Checks an order's deadline, in hours. Throws like {@link checkArgument}. */
export function checkDeadline(argument: string, hours: number): void {
  checkArgument(argument, hours, isWholeNumber(1, 720), "a whole number of hours, 1 to 720");
}

/** Checks the retention of a log group, in days. Throws like {@link checkArgument}. */
export function checkRetentionDays(argument: string, days: pulumi.Input<number>): void {
  checkArgument(argument, days, (value) => RETENTION_DAYS.includes(value), `one of ${RETENTION_DAYS.join(", ")} days`);
}
