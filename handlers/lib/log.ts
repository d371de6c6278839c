import { Logger } from "@aws-lambda-powertools/logger";

/** Structured logs, one line of JSON each. No personal data in it: ids, outcomes and durations only. */
export const logger = new Logger();
