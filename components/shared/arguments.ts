import * as pulumi from "@pulumi/pulumi";

/**
 * Fails a component's constructor when an argument is wrong, before any resource is registered.
 *
 * A value that is only known during the deployment (an Output) can't be looked at here and passes.
 *
 * @param argument - The argument as the caller wrote it, e.g. `OrderStore "orders": listShards`.
 * @param expected - What is accepted, as the end of a sentence: `a whole number from 1 to 100`.
 * @throws pulumi.RunError, a sentence without a stack trace.
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

/** True for a whole number between the bounds, both included. */
export function isWholeNumber(minimum: number, maximum: number): (value: unknown) => boolean {
  return (value) => Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}

/**
 * The days that CloudWatch Logs accepts as a log group's retention.
 * Source: API reference of PutRetentionPolicy.
 */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Checks a log group's retention, which CloudWatch Logs takes in certain numbers of days only. */
export function checkRetentionDays(argument: string, days: pulumi.Input<number>): void {
  checkArgument(argument, days, (value) => RETENTION_DAYS.includes(value), `one of ${RETENTION_DAYS.join(", ")} days`);
}
