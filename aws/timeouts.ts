/**
 * Time-outs of one attempt, in milliseconds. DynamoDB answers within a few: three attempts that hang still end before
 * the function's own time-out of 10 s, so that the caller hears of it.
 */
export const REQUEST_HANDLER = { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true };
