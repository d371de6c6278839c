/** What the command ends with, so that scripts can tell. `--help` lists them. */
export const EXIT = {
  DONE: 0,
  /** Something went wrong, was refused, or was found wanting. */
  FAILED: 1,
  USAGE: 2,
  NOT_FOUND: 3,
  /** The order that was watched ended FAILED or CANCELLED. */
  UNFULFILLED: 4,
  /** The order that was watched was not final in time. */
  NOT_FINAL: 5,
  INTERRUPTED: 130,
} as const;

/** One of the codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
