/**
 * Options for the functions' SDK clients; times in milliseconds, for each attempt. AWS services answer within a few
 * milliseconds, and three attempts that hang still end before the function's time-out of 10 s, so the caller gets an error.
 */
export const CLIENT_OPTIONS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true },
};
