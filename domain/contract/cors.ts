/** Lets pages of any origin call the API and read its headers: callers are identified by keys, not by cookies. Sent with every response. */
export const CORS_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "ETag, Location, Retry-After, Idempotent-Replayed",
};

/** The request headers of the contract, for responses to preflight requests. */
export const ALLOWED_HEADERS = "Content-Type, Idempotency-Key, If-Match, X-Api-Key, X-Correlation-Id, X-Order-Token";
